/* SPDX-License-Identifier: ISC */
/* Whatever comes back in a browser's address: a code is visible, and no address is one without the
 * state that was asked with. */
#include <stdlib.h>

#include "net/oauth.h"
#include "net/url.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = str_bytes(data, size);
	struct buf code = BUF_MAX(OAUTH_CODE_MAX), again = BUF_MAX(4 * OAUTH_CODE_MAX),
	           back = BUF_MAX(OAUTH_CODE_MAX);
	struct err e = { 0 };

	if (oauth_redirect(text, "STATE", &code, &e) == 0) {
		if (code.n == 0 || code.n > OAUTH_CODE_MAX)
			abort();
		for (size_t i = 0; i < code.n; i++)
			if (code.p[i] < '!' || code.p[i] > '~')
				abort();
		if (str_chr(text, '?') != -1 && str_find(text, STR("state=STATE")) == -1)
			abort();
		url_escape(&again, buf_str(&code));
		if (url_unescape(buf_str(&again), &back, NULL) == -1 ||
		    !str_eq(buf_str(&back), buf_str(&code)))
			abort();
	} else if (e.kind == ERR_NONE) {
		abort();
	}
	buf_free(&code);
	buf_free(&again);
	buf_free(&back);
	return 0;
}
