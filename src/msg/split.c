/* SPDX-License-Identifier: ISC */
#include "msg/split.h"

#include <string.h>

enum {
	SPLIT_DONE = 4,
};

struct split
split_start(void)
{
	return (struct split){ .seen = 2 };
}

bool
split_done(const struct split *s)
{
	return s->seen == SPLIT_DONE;
}

static unsigned
next(unsigned seen, char c)
{
	if (c == '\r')
		return seen == 2 ? 3 : 1;
	if (c == '\n')
		return seen == 1 ? 2 : seen == 3 ? SPLIT_DONE : 0;
	return 0;
}

size_t
split_add(struct split *s, struct str chunk)
{
	size_t i = 0;

	while (i < chunk.n && !split_done(s)) {
		if (s->seen == 0) {
			const char *cr = memchr(chunk.p + i, '\r', chunk.n - i);

			i = cr == NULL ? chunk.n : (size_t)(cr - chunk.p);
			if (cr == NULL)
				break;
		}
		s->seen = next(s->seen, chunk.p[i++]);
	}
	s->header += i;
	return i;
}
