/* SPDX-License-Identifier: ISC */
/*
 * Whatever a token's source answers: a token fits a line of a file and of IMAP, and the words of a
 * refusal fit an event line.
 */
#include "net/oauth.h"

#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_token(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < '!' || s.p[i] > '~')
			abort();
}

static void
check_words(struct str s)
{
	uint32_t c;

	if (s.n == 0 || !utf8_valid(s))
		abort();
	while (utf8_next(&s, &c))
		if (utf8_is_control(c) || c == '"')
			abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const int status[] = { 200, 400, 503 };
	struct oauth_answer a;
	struct err e = { 0 };

	if (size == 0)
		return 0;
	if (oauth_answer_read(status[data[0] % 3], str_bytes(data + 1, size - 1), &a, &e) == 0) {
		if (a.access_token.n == 0 || data[0] % 3 != 0)
			abort();
		check_token(a.access_token);
		check_token(a.refresh_token);
	} else {
		check_words(str_of(e.text));
	}
	oauth_answer_free(&a);
	return 0;
}
