/* SPDX-License-Identifier: ISC */
#include "seal/zip.h"

#include <string.h>

#include "base/limits.h"

enum {
	LOCAL = 0x04034b50,
	CENTRAL = 0x02014b50,
	END = 0x06054b50,
	LOCAL_SIZE = 30,
	CENTRAL_SIZE = 46,
	VERSION = 10,  /* 1.0: nothing but stored files */
	DATE = 0x0021, /* 1980-01-01; the time is 0 */
	NAME_MAX_BYTES = 200,
};

uint32_t
zip_crc32(struct str bytes)
{
	static const uint32_t of_nibble[16] = { 0x00000000, 0x1db71064, 0x3b6e20c8, 0x26d930ac,
		0x76dc4190, 0x6b6b51f4, 0x4db26158, 0x5005713c, 0xedb88320, 0xf00f9344, 0xd6d6a3e8,
		0xcb61b38c, 0x9b64c2b0, 0x86d3d2d4, 0xa00ae278, 0xbdbdf21c };
	uint32_t crc = UINT32_MAX;

	for (size_t i = 0; i < bytes.n; i++) {
		crc ^= (uint8_t)bytes.p[i];
		crc = crc >> 4 ^ of_nibble[crc & 15];
		crc = crc >> 4 ^ of_nibble[crc & 15];
	}
	return ~crc;
}

static void
put16(struct buf *b, unsigned v)
{
	buf_byte(b, (char)(v & 0xff));
	buf_byte(b, (char)(v >> 8));
}

static void
put32(struct buf *b, uint32_t v)
{
	put16(b, v & 0xffff);
	put16(b, v >> 16);
}

static bool
is_name(struct str name)
{
	for (size_t i = 0; i < name.n; i++)
		if (!char_is_alpha(name.p[i]) && !char_is_digit(name.p[i]) &&
		    memchr("._-/", name.p[i], 4) == NULL)
			return false;
	return name.n > 0 && name.n <= NAME_MAX_BYTES && name.p[0] != '/' &&
	       str_find(name, STR("..")) == -1;
}

struct zip_writer
zip_to(struct zip_sink sink)
{
	return (struct zip_writer){
		.sink = sink,
		.central = BUF_MAX(LIMIT_BUNDLE_FILES * (CENTRAL_SIZE + NAME_MAX_BYTES)),
	};
}

void
zip_free(struct zip_writer *z)
{
	buf_free(&z->central);
}

static int
put(struct zip_writer *z, struct str bytes, struct err *e)
{
	z->offset += bytes.n;
	return bytes.n == 0 ? 0 : z->sink.write(z->sink.ctx, bytes, e);
}

/* What local and central header have in common: versions to lengths. */
static void
put_common(struct buf *b, const struct zip_file *f, uint32_t crc)
{
	put16(b, VERSION);
	put16(b, 0); /* flags */
	put16(b, 0); /* stored */
	put16(b, 0);
	put16(b, DATE);
	put32(b, crc);
	put32(b, (uint32_t)f->bytes.n);
	put32(b, (uint32_t)f->bytes.n);
	put16(b, (unsigned)f->name.n);
	put16(b, 0); /* extra field */
}

static void
put_central(struct buf *b, const struct zip_file *f, uint32_t crc, uint32_t offset)
{
	put32(b, CENTRAL);
	put16(b, VERSION);
	put_common(b, f, crc);
	put16(b, 0); /* comment */
	put16(b, 0); /* disk */
	put16(b, 0);
	put32(b, 0); /* attributes */
	put32(b, offset);
	buf_add(b, f->name);
}

int
zip_add(struct zip_writer *z, const struct zip_file *f, struct err *e)
{
	struct buf local = BUF_MAX(LOCAL_SIZE + NAME_MAX_BYTES);
	uint32_t crc;
	int rc = -1;

	if (!is_name(f->name))
		return err_set(e, ERR_SYNTAX, "zip: a name that we do not write");
	if (z->n == LIMIT_BUNDLE_FILES || f->bytes.n > LIMIT_BUNDLE ||
	    z->offset > LIMIT_BUNDLE - f->bytes.n)
		return err_set(e, ERR_LIMIT, "zip: more than %u files or %u bytes",
		    LIMIT_BUNDLE_FILES, LIMIT_BUNDLE);
	crc = zip_crc32(f->bytes);
	put_central(&z->central, f, crc, (uint32_t)z->offset);
	put32(&local, LOCAL);
	put_common(&local, f, crc);
	buf_add(&local, f->name);
	if (put(z, buf_str(&local), e) == 0 && put(z, f->bytes, e) == 0)
		rc = 0;
	z->n++;
	buf_free(&local);
	return rc;
}

int
zip_end(struct zip_writer *z, struct err *e)
{
	struct buf end = BUF_MAX(22);
	uint32_t start = (uint32_t)z->offset;
	int rc = -1;

	put32(&end, END);
	put32(&end, 0); /* disks */
	put16(&end, z->n);
	put16(&end, z->n);
	put32(&end, (uint32_t)z->central.n);
	put32(&end, start);
	put16(&end, 0); /* comment */
	if (put(z, buf_str(&z->central), e) == 0 && put(z, buf_str(&end), e) == 0)
		rc = 0;
	buf_free(&end);
	return rc;
}

/* The sink that compares: a view of what should come next. */
static int
compare(void *ctx, struct str bytes, struct err *e)
{
	struct str *rest = ctx;

	if (!str_starts(*rest, bytes))
		return err_set(e, ERR_SYNTAX, "zip: not written in the one canonical way");
	*rest = str_from(*rest, bytes.n);
	return 0;
}

static uint32_t
get(struct str bytes, size_t at, unsigned n)
{
	uint32_t v = 0;

	while (n-- > 0)
		v = v << 8 | (uint8_t)bytes.p[at + n];
	return v;
}

/* Only as much as is needed to find the file: all else is compared.  1, or 0 if none is next. */
static int
next_file(struct str *rest, struct zip_file *f, struct err *e)
{
	size_t name, size;

	if (rest->n < LOCAL_SIZE || get(*rest, 0, 4) != LOCAL)
		return 0;
	size = get(*rest, 18, 4);
	name = get(*rest, 26, 2);
	if (size > rest->n - LOCAL_SIZE || name > rest->n - LOCAL_SIZE - size)
		return err_set(e, ERR_SYNTAX, "zip: a file that passes the end");
	f->name = str_head(str_from(*rest, LOCAL_SIZE), name);
	f->bytes = str_head(str_from(*rest, LOCAL_SIZE + name), size);
	*rest = str_from(*rest, LOCAL_SIZE + name + size);
	return 1;
}

static int
write_again(const struct zip *z, struct str bytes, struct err *e)
{
	struct zip_writer w = zip_to((struct zip_sink){ compare, &bytes });
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < z->n; i++)
		rc = zip_add(&w, &z->file[i], e);
	if (rc == 0)
		rc = zip_end(&w, e);
	if (rc == 0 && bytes.n > 0)
		rc = err_set(e, ERR_SYNTAX, "zip: bytes after the end");
	zip_free(&w);
	return rc;
}

/* How many files follow each other from the start, or -1. */
static int
count_files(struct str rest, struct err *e)
{
	struct zip_file f;
	int n = 0, rc;

	while ((rc = next_file(&rest, &f, e)) == 1)
		if (++n > (int)LIMIT_BUNDLE_FILES)
			return err_set(e, ERR_LIMIT, "zip: more than %u files", LIMIT_BUNDLE_FILES);
	return rc == -1 ? -1 : n;
}

int
zip_read(struct arena *a, struct str bytes, struct zip *z, struct err *e)
{
	struct zip_file *file;
	struct str rest = bytes;
	int n;

	*z = (struct zip){ 0 };
	if (bytes.n > LIMIT_BUNDLE)
		return err_set(e, ERR_LIMIT, "zip: more than %u bytes", LIMIT_BUNDLE);
	n = count_files(bytes, e);
	if (n == -1)
		return -1;
	z->file = file = arena_array(a, (size_t)n, sizeof *file);
	if (file == NULL)
		return err_set(e, ERR_LIMIT, "no room for the names of the files");
	while (z->n < (size_t)n && next_file(&rest, &file[z->n], e) == 1)
		z->n++;
	return write_again(z, bytes, e);
}

struct str
zip_find(const struct zip *z, struct str name)
{
	for (size_t i = 0; i < z->n; i++)
		if (str_eq(z->file[i].name, name))
			return z->file[i].bytes;
	return (struct str){ 0 };
}
