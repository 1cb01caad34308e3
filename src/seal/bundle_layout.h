/* SPDX-License-Identifier: ISC */
#ifndef SEAL_BUNDLE_LAYOUT_H
#define SEAL_BUNDLE_LAYOUT_H

#include "seal/bundle.h"

/* bundle_layout: what the writer and the reader of bundles share, and nobody else. */

#define BUNDLE_MIMETYPE "application/vnd.etsi.asic-e+zip"

/* Every name there can be, in the order of the files. */
enum place {
	PLACE_MIMETYPE,
	PLACE_MESSAGE,
	PLACE_TEXT,
	PLACE_RECORD,
	PLACE_SALTS,
	PLACE_PROOF,
	PLACE_PACKET,
	PLACES,
};

enum middle {
	MIDDLE_NONE,
	MIDDLE_SEQ,
	MIDDLE_HASH,
};

struct place_row {
	const char *before, *after;
	enum middle middle; /* none: there is exactly one */
};

extern const struct place_row places[PLACES];

/* bundle.txt says what is in the file; it is written again and compared. */
void bundle_put_text(struct buf *out, const struct bundle_part *part, size_t n);

#endif
