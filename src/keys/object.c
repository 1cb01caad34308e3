/* SPDX-License-Identifier: ISC */
#include "keys/object.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <zstd.h>

#include "base/limits.h"
#include "keys/dictionary.h"

enum {
	PIECE = 65536,
	TAX = crypto_secretstream_xchacha20poly1305_ABYTES,
	HEADER = crypto_secretstream_xchacha20poly1305_HEADERBYTES,
	LEVEL = 1,
	WINDOW_LOG_MAX = 22, /* 4 MB: level 1 never makes a larger window */
};

typedef crypto_secretstream_xchacha20poly1305_state stream_state;

struct object_writer {
	stream_state stream;
	ZSTD_CCtx *zstd;
	struct digest *digest;
	struct object_sink sink;
	uint64_t length;
	size_t n; /* of piece */
	uint8_t piece[PIECE], out[PIECE + TAX];
};

/* Made once a process, and kept: they cost more than a small mail does. */
static const ZSTD_CDict *
dictionary_to_write(void)
{
	static ZSTD_CDict *made;

	if (made == NULL)
		made = ZSTD_createCDict(dictionary_1, dictionary_1_size, LEVEL);
	if (made == NULL)
		abort();
	return made;
}

static const ZSTD_DDict *
dictionary_to_read(void)
{
	static ZSTD_DDict *made;

	if (made == NULL)
		made = ZSTD_createDDict(dictionary_1, dictionary_1_size);
	if (made == NULL)
		abort();
	return made;
}

/* ---- writing ---- */

static int
emit(struct object_writer *w, struct str bytes, struct err *e)
{
	digest_add(w->digest, bytes);
	w->length += bytes.n;
	return w->sink.put(w->sink.who, bytes, e);
}

/* One is kept for the next object: to make it costs more than a small mail does. */
static struct object_writer *spare;

static struct object_writer *
make_writer(void)
{
	struct object_writer *w = calloc(1, sizeof *w);

	if (w == NULL)
		abort();
	w->zstd = ZSTD_createCCtx();
	if (w->zstd == NULL)
		abort();
	return w;
}

struct object_writer *
object_writer_new(const uint8_t key[32], const struct object_sink *sink)
{
	struct object_writer *w = spare != NULL ? spare : make_writer();

	spare = NULL;
	ZSTD_CCtx_reset(w->zstd, ZSTD_reset_session_and_parameters);
	ZSTD_CCtx_setParameter(w->zstd, ZSTD_c_compressionLevel, LEVEL);
	w->digest = digest_new(DIGEST_SHA256);
	w->sink = *sink;
	crypto_secretstream_xchacha20poly1305_init_push(&w->stream, w->out, key);
	return w;
}

void
object_writer_free(struct object_writer *w)
{
	if (w == NULL)
		return;
	digest_free(w->digest);
	w->digest = NULL;
	sodium_memzero(&w->stream, sizeof w->stream);
	sodium_memzero(w->piece, sizeof w->piece);
	w->length = w->n = 0;
	if (spare == NULL) {
		spare = w;
		return;
	}
	ZSTD_freeCCtx(w->zstd);
	free(w);
}

/* Encrypts what is gathered.  The header, which init left in out, goes first. */
static int
encrypt(struct object_writer *w, uint8_t tag, struct err *e)
{
	if (w->length == 0 && emit(w, str_bytes(w->out, HEADER), e) == -1)
		return -1;
	crypto_secretstream_xchacha20poly1305_push(
	    &w->stream, w->out, NULL, w->piece, w->n, NULL, 0, tag);
	if (emit(w, str_bytes(w->out, w->n + TAX), e) == -1)
		return -1;
	w->n = 0;
	return 0;
}

static int
compress(struct object_writer *w, struct str bytes, ZSTD_EndDirective how, struct err *e)
{
	ZSTD_inBuffer in = { bytes.p, bytes.n, 0 };
	size_t left;

	do {
		ZSTD_outBuffer out = { w->piece, PIECE, w->n };

		left = ZSTD_compressStream2(w->zstd, &out, &in, how);
		if (ZSTD_isError(left))
			return err_set(e, ERR_SYSTEM, "zstd: %s", ZSTD_getErrorName(left));
		w->n = out.pos;
		/* A full piece waits for more: the last, full or not, must be the one tagged final. */
		if (w->n == PIECE && (in.pos < in.size || left > 0) &&
		    encrypt(w, crypto_secretstream_xchacha20poly1305_TAG_MESSAGE, e) == -1)
			return -1;
	} while (in.pos < in.size || (how == ZSTD_e_end && left > 0));
	return 0;
}

static size_t
count_lines(struct str text)
{
	struct str line;
	size_t n = 0;

	while (str_line(&text, &line))
		n++;
	return n;
}

int
object_writer_values(struct object_writer *w, struct str values, uint64_t size, struct err *e)
{
	size_t n = count_lines(values);
	char count[4] = { (char)(n >> 24), (char)(n >> 16), (char)(n >> 8), (char)n };
	uint64_t all = sizeof count + values.n + size;

	ZSTD_CCtx_setPledgedSrcSize(w->zstd, all);
	if (all < OBJECT_SMALL)
		ZSTD_CCtx_refCDict(w->zstd, dictionary_to_write());
	if (compress(w, str_bytes(count, 4), ZSTD_e_continue, e) == -1)
		return -1;
	return compress(w, values, ZSTD_e_continue, e);
}

int
object_writer_put(struct object_writer *w, struct str message, struct err *e)
{
	return compress(w, message, ZSTD_e_continue, e);
}

int
object_writer_end(struct object_writer *w, uint64_t *length, struct hash *ciphertext, struct err *e)
{
	uint8_t digest[64];

	if (compress(w, STR(""), ZSTD_e_end, e) == -1 ||
	    encrypt(w, crypto_secretstream_xchacha20poly1305_TAG_FINAL, e) == -1)
		return -1;
	digest_end(w->digest, digest);
	memcpy(ciphertext->b, digest, sizeof ciphertext->b);
	*length = w->length;
	return 0;
}

/* ---- reading ---- */

static ZSTD_DCtx *spare_dctx; /* kept for the next object */

struct object_reader {
	stream_state stream;
	uint8_t key[32];
	ZSTD_DCtx *zstd;
	struct buf *values;
	struct object_sink sink;
	uint64_t left;                 /* bytes of the message that may still come */
	uint64_t lines;                /* of the values, still to come */
	size_t count;                  /* bytes of the u32 seen */
	bool started, finished, ended; /* stream header read; final piece read; zstd frame ended */
	bool framed;                   /* the zstd frame's header was read */
	uint64_t declared, expanded;   /* bytes of its content; declared: UINT64_MAX is unknown */
	size_t n;                      /* of in */
	uint8_t in[PIECE + TAX], piece[PIECE], out[PIECE];
};

struct object_reader *
object_reader_new(
    const uint8_t key[32], struct buf *values, uint64_t max, const struct object_sink *sink)
{
	struct object_reader *r = calloc(1, sizeof *r);

	if (r == NULL)
		abort();
	if (spare_dctx == NULL)
		spare_dctx = ZSTD_createDCtx();
	if (spare_dctx == NULL)
		abort();
	r->zstd = spare_dctx;
	spare_dctx = NULL;
	ZSTD_DCtx_reset(r->zstd, ZSTD_reset_session_and_parameters);
	ZSTD_DCtx_setParameter(r->zstd, ZSTD_d_windowLogMax, WINDOW_LOG_MAX);
	memcpy(r->key, key, sizeof r->key);
	r->values = values;
	r->left = max;
	r->sink = *sink;
	return r;
}

void
object_reader_free(struct object_reader *r)
{
	if (r == NULL)
		return;
	if (spare_dctx == NULL)
		spare_dctx = r->zstd;
	else
		ZSTD_freeDCtx(r->zstd);
	sodium_memzero(r, sizeof *r);
	free(r);
}

/* The plaintext: u32, so many lines, then the message. */
static int
take_plain(struct object_reader *r, struct str bytes, struct err *e)
{
	struct str line;

	while (bytes.n > 0 && r->count < 4) {
		r->lines = r->lines << 8 | (uint8_t)bytes.p[0];
		r->count++;
		bytes = str_from(bytes, 1);
	}
	while (bytes.n > 0 && r->lines > 0) {
		ptrdiff_t end = str_chr(bytes, '\n');

		line = end == -1 ? bytes : str_head(bytes, (size_t)end + 1);
		buf_add(r->values, line);
		if (buf_check(r->values, "values", e) == -1)
			return -1;
		r->lines -= end != -1;
		bytes = str_from(bytes, line.n);
	}
	if (bytes.n > r->left)
		return err_set(e, ERR_LIMIT, "object: longer than the message it holds");
	r->left -= bytes.n;
	return bytes.n == 0 ? 0 : r->sink.put(r->sink.who, bytes, e);
}

/* What the frame says of itself, at the beginning of n bytes: the first piece, which holds its
 * header or, when the object is shorter, all of it. */
static int
begin_frame(struct object_reader *r, size_t n, struct err *e)
{
	unsigned long long size = ZSTD_getFrameContentSize(r->piece, n);
	unsigned id = ZSTD_getDictID_fromFrame(r->piece, n);

	if (size == ZSTD_CONTENTSIZE_ERROR)
		return err_set(e, ERR_DAMAGED, "object: not zstd (RFC 8878 section 3.1.1)");
	r->declared = size == ZSTD_CONTENTSIZE_UNKNOWN ? UINT64_MAX : size;
	if (size != ZSTD_CONTENTSIZE_UNKNOWN && size > LIMIT_MESSAGE + LIMIT_VALUES)
		return err_set(e, ERR_LIMIT, "object: of %llu bytes", size);
	if (id == DICTIONARY_ID)
		ZSTD_DCtx_refDDict(r->zstd, dictionary_to_read());
	else if (id != 0)
		return err_set(e, ERR_DAMAGED,
		    "object: compressed with dictionary %u, which this program does not have", id);
	r->framed = true;
	return 0;
}

static int
check_size(struct object_reader *r, size_t more, struct err *e)
{
	r->expanded += more;
	if (r->expanded > r->declared ||
	    (r->ended && r->declared != UINT64_MAX && r->expanded != r->declared))
		return err_set(e, ERR_DAMAGED, "object: another size than it declares");
	return 0;
}

static int
expand(struct object_reader *r, size_t n, struct err *e)
{
	ZSTD_inBuffer in = { r->piece, n, 0 };
	bool full = false;

	if (!r->framed && begin_frame(r, n, e) == -1)
		return -1;
	while (in.pos < in.size || full) {
		ZSTD_outBuffer out = { r->out, sizeof r->out, 0 };
		size_t left;

		if (r->ended)
			return err_set(e, ERR_DAMAGED, "object: bytes after its end");
		left = ZSTD_decompressStream(r->zstd, &out, &in);
		if (ZSTD_isError(left))
			return err_set(e, ERR_DAMAGED, "object: zstd: %s", ZSTD_getErrorName(left));
		r->ended = left == 0;
		full = !r->ended && out.pos == out.size;
		if (check_size(r, out.pos, e) == -1 ||
		    take_plain(r, str_bytes(r->out, out.pos), e) == -1)
			return -1;
	}
	return 0;
}

/* Decrypts the piece gathered in r->in; which pieces are final is known by their place. */
static int
decrypt(struct object_reader *r, bool final, struct err *e)
{
	unsigned long long n;
	uint8_t tag;

	if (r->n < TAX || crypto_secretstream_xchacha20poly1305_pull(
	                      &r->stream, r->piece, &n, &tag, r->in, r->n, NULL, 0) == -1)
		return err_set(e, ERR_DAMAGED, "object: altered, cut short, or not of this key");
	if ((tag == crypto_secretstream_xchacha20poly1305_TAG_FINAL) != final)
		return err_set(e, ERR_DAMAGED, "object: cut short or continued");
	r->n = 0;
	return n == 0 ? 0 : expand(r, (size_t)n, e);
}

int
object_reader_put(struct object_reader *r, struct str ciphertext, struct err *e)
{
	while (ciphertext.n > 0) {
		size_t want = r->started ? sizeof r->in : HEADER, take;

		if (r->n == want && decrypt(r, false, e) == -1)
			return -1;
		take = want - r->n < ciphertext.n ? want - r->n : ciphertext.n;
		memcpy(r->in + r->n, ciphertext.p, take);
		r->n += take;
		ciphertext = str_from(ciphertext, take);
		if (!r->started && r->n == HEADER) {
			crypto_secretstream_xchacha20poly1305_init_pull(&r->stream, r->in, r->key);
			r->started = true;
			r->n = 0;
		}
	}
	return 0;
}

int
object_reader_end(struct object_reader *r, struct err *e)
{
	if (!r->started)
		return err_set(e, ERR_DAMAGED, "object: cut short");
	if (decrypt(r, true, e) == -1)
		return -1;
	if (!r->ended || r->count < 4 || r->lines > 0)
		return err_set(e, ERR_DAMAGED, "object: its content ends early");
	return 0;
}
