/* SPDX-License-Identifier: ISC */
/* Property: a name that LIST tells, put into quotes and listed again, is the same name. */
#include "imap/folder.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static int
listed_again(struct str name, struct buf *again)
{
	struct buf line = BUF_MAX(1 << 20);
	int rc;

	buf_add(&line, STR("* LIST (\\Junk) NIL "));
	folder_quote(&line, name);
	rc = folder_listed(again, buf_str(&line), STR("\\Junk"), NULL);
	buf_free(&line);
	return rc;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct buf name = BUF_MAX(1 << 16), again = BUF_MAX(1 << 16);
	struct imap_folder f = { 0 };

	folder_examined(&f, str_bytes(data, n), NULL);
	if (folder_listed(&name, str_bytes(data, n), STR("\\Junk"), NULL) == 1 && !name.over &&
	    (listed_again(buf_str(&name), &again) != 1 || !str_eq(buf_str(&name), buf_str(&again))))
		abort();
	buf_free(&name);
	buf_free(&again);
	return 0;
}
