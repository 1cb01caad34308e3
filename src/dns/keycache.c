/* SPDX-License-Identifier: ISC */
#include "dns/keycache.h"

#include <stdlib.h>

struct entry {
	struct arena *arena; /* holds text and what key views */
	struct str text;
	struct known_key key;
};

struct keycache {
	struct entry entry[KEYCACHE_RECORDS];
	size_t next; /* is overwritten */
};

struct keycache *
keycache_new(void)
{
	struct keycache *c = calloc(1, sizeof *c);

	if (c == NULL)
		abort();
	return c;
}

void
keycache_free(struct keycache *c)
{
	if (c == NULL)
		return;
	for (size_t i = 0; i < KEYCACHE_RECORDS; i++)
		arena_free(c->entry[i].arena);
	free(c);
}

static void
read_record(struct arena *a, struct str text, struct known_key *k)
{
	keyrecord_parse(a, text, &k->record);
	k->hash = sha256(text);
}

void
keycache_read(struct keycache *c, struct arena *a, struct str text, struct known_key *k)
{
	struct entry *e;

	if (c == NULL || text.n > KEYCACHE_TEXT_MAX) {
		read_record(a, text, k);
		return;
	}
	for (e = c->entry; e < c->entry + KEYCACHE_RECORDS; e++)
		if (e->arena != NULL && str_eq(e->text, text)) {
			*k = e->key;
			return;
		}
	e = &c->entry[c->next];
	c->next = (c->next + 1) % KEYCACHE_RECORDS;
	arena_free(e->arena);
	e->arena = arena_new(4 * KEYCACHE_TEXT_MAX); /* the text, and less than it decoded */
	e->text = arena_str(e->arena, text);
	read_record(e->arena, e->text, &e->key);
	*k = e->key;
}
