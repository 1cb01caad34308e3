/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "seal/verify_report.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int
append(void *ctx, struct str bytes, struct err *e)
{
	(void)e;
	buf_add(ctx, bytes);
	return 0;
}

/* The input, cut at its NULs, as the files of a container that is well written. */
static void
pack(struct str rest, struct buf *out)
{
	static const char *const names[] = { "message.eml", "mailseal/bundle.txt",
		"mailseal/record-0.txt", "mailseal/record-1.txt", "mailseal/record-2.txt",
		"mailseal/salts", "mailseal/leaf-0.proof", "mailseal/leaf-1.proof",
		"mailseal/leaf-2.proof" };
	struct zip_writer w = zip_to((struct zip_sink){ append, out });
	struct zip_file f = { STR("mimetype"), STR("application/vnd.etsi.asic-e+zip") };

	zip_add(&w, &f, NULL);
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		f.name = str_of(names[i]);
		if (!str_cut(&rest, '\0', &f.bytes))
			f.bytes = STR("");
		zip_add(&w, &f, NULL);
	}
	zip_end(&w, NULL);
	zip_free(&w);
}

/*
 * Nobody without the log's key makes a file that proves something: here nothing verifies a
 * signature, so every file fails, whatever it says.  What is printed has no control characters.
 */
static enum verify_result
verify_nothing(
    void *ctx, enum sig_alg alg, const struct pubkey *k, struct str message, struct str sig)
{
	(void)ctx, (void)alg, (void)k, (void)message, (void)sig;
	return VERIFY_BAD;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct crypto crypto = { verify_nothing, NULL };
	struct arena *a = verify_arena();
	struct buf bundle = BUF_MAX(LIMIT_BUNDLE), text = BUF_MAX(LIMIT_VERIFY);
	struct verification v;

	pack(str_bytes(data, size), &bundle);
	verify(a, &(struct verify_in){ .bytes = buf_str(&bundle), .crypto = &crypto }, &v);
	if (verify_exit(&v, STR("container")) != 1)
		abort();
	verify_text(&text, &v, STR("container"), LANG_EN, false);
	for (size_t i = 0; i < text.n; i++)
		if ((uint8_t)text.p[i] < 0x20 && text.p[i] != '\n')
			abort();
	buf_free(&text);
	buf_free(&bundle);
	arena_free(a);
	return 0;
}
