/* SPDX-License-Identifier: ISC */
/* A note that is taken, put together again from its parts, is the note; so is a vkey. */
#include "tlog/note.h"

#include <stdlib.h>

#include "base/limits.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
again_note(struct str bytes)
{
	struct buf again = BUF_MAX(LIMIT_NOTE);
	struct note_line l;
	struct note n;

	if (note_parse(bytes, &n, NULL) == 0) {
		buf_add(&again, n.text);
		buf_byte(&again, '\n');
		while (note_next(&n.lines, &l, NULL) == 1) {
			buf_add(&again, STR("\xe2\x80\x94 "));
			buf_add(&again, l.name);
			buf_byte(&again, ' ');
			buf_add(&again, l.base64);
			buf_byte(&again, '\n');
		}
		if (!str_eq(buf_str(&again), bytes) || !str_ends(n.text, STR("\n")))
			abort();
	}
	buf_free(&again);
}

static void
again_vkey(struct str text)
{
	struct buf again = BUF_MAX(1024);
	struct vkey k;

	if (vkey_parse(text, &k, NULL) == 0 && k.type != NOTE_ML_DSA_44) {
		k = vkey_make(k.name, k.type, k.pub);
		vkey_add(&again, &k);
		if (!str_eq(buf_str(&again), text))
			abort();
	}
	buf_free(&again);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	again_note(str_bytes(data, size));
	again_vkey(str_bytes(data, size));
	return 0;
}
