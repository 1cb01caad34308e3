/* SPDX-License-Identifier: ISC */
#include "auth/segments.h"

int
segments_start(struct segments *s, struct arena *a, struct err *e)
{
	*s = (struct segments){ .segment = arena_array(a, LIMIT_SEGMENTS, sizeof *s->segment) };
	if (s->segment == NULL)
		return err_set(e, ERR_LIMIT, "no room for the segments");
	return 0;
}

void
segments_add(struct segments *s, uint64_t length, const char *kind)
{
	if (length == 0)
		return;
	if (s->over) {
		s->segment[s->n - 1].length += length;
	} else {
		s->over = s->n + 1 == LIMIT_SEGMENTS;
		s->segment[s->n++] = (struct segment){ s->end, length, s->over ? "rest" : kind };
	}
	s->end += length;
}
