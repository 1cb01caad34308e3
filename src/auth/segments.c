/* SPDX-License-Identifier: ISC */
#include "auth/segments.h"

#include <stdlib.h>

enum {
	ROOM = 64, /* to begin with: of a usual message */
};

static void
make_room(struct segments *s)
{
	if (s->n < s->room)
		return;
	s->room = s->room == 0 ? ROOM : 2 * s->room;
	s->segment = realloc(s->segment, s->room * sizeof *s->segment);
	if (s->segment == NULL)
		abort();
}

void
segments_add(struct segments *s, uint64_t length, const char *kind)
{
	if (length == 0)
		return;
	if (s->over) {
		s->segment[s->n - 1].length += length;
	} else {
		make_room(s);
		s->over = s->n + 1 == LIMIT_SEGMENTS;
		s->segment[s->n++] = (struct segment){ s->end, length, s->over ? "rest" : kind };
	}
	s->end += length;
}

void
segments_free(struct segments *s)
{
	free(s->segment);
	*s = (struct segments){ 0 };
}
