/* SPDX-License-Identifier: ISC */
#include "keys/signed.h"

#include <inttypes.h>

#include "base/hex.h"
#include "keys/keyfile.h"

#define FORMAT    "mailseal-signer/1"
#define FILE_NAME "state"

static void
write_text(struct buf *text, struct tlog_head h)
{
	char root[65];

	buf_printf(
	    text, FORMAT "\nsize %" PRIu64 "\nroot %s\n", h.size, hex_encode(root, h.root.b, 32));
}

int
signed_make(int dir, struct err *e)
{
	struct buf text = BUF_MAX(KEYFILE_MAX);
	int rc;

	write_text(&text, (struct tlog_head){ 0 });
	rc = keyfile_save(dir, FILE_NAME, 0600, buf_str(&text), e);
	buf_free(&text);
	return rc;
}

int
signed_save(int dir, struct tlog_head last, struct err *e)
{
	struct buf text = BUF_MAX(KEYFILE_MAX);
	int rc;

	write_text(&text, last);
	rc = keyfile_replace(dir, FILE_NAME, 0600, buf_str(&text), e);
	buf_free(&text);
	return rc;
}

static int
read_text(struct str text, struct tlog_head *last, struct err *e)
{
	struct str size;

	if (keyfile_format(text, FORMAT, e) == -1 || keyfile_value(text, "size", &size, e) == -1 ||
	    keyfile_hex(text, "root", last->root.b, 32, e) == -1)
		return -1;
	if (str_u64(size, INT64_MAX, &last->size) == -1)
		return err_set(e, ERR_DAMAGED, "size: not a number");
	return 0;
}

int
signed_load(int dir, struct tlog_head *last, struct err *e)
{
	struct buf text = BUF_MAX(KEYFILE_MAX);
	int rc = keyfile_read(dir, FILE_NAME, &text, e);

	if (rc == 0 && read_text(buf_str(&text), last, e) == -1)
		rc = err_at(e, FILE_NAME);
	buf_free(&text);
	return rc;
}
