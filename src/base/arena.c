/* SPDX-License-Identifier: ISC */
#include "base/arena.h"

#include <stdlib.h>
#include <string.h>

#ifndef __has_feature
#define __has_feature(x) 0
#endif

enum {
	ALIGN = 16,
#if defined(__SANITIZE_ADDRESS__) || __has_feature(address_sanitizer)
	BLOCK = 1, /* each by itself and not rounded, so that the sanitizer sees where it ends */
	STEP = 1,
#else
	BLOCK = 16384,
	STEP = ALIGN,
#endif
};

struct block {
	struct block *next;
	size_t n, cap;
	_Alignas(ALIGN) char bytes[];
};

struct arena {
	struct block *blocks;
	size_t used, max;
};

struct arena *
arena_new(size_t max_bytes)
{
	struct arena *a = calloc(1, sizeof *a);

	if (a == NULL)
		abort();
	a->max = max_bytes;
	return a;
}

static void
free_blocks(struct block *b)
{
	while (b != NULL) {
		struct block *next = b->next;

		free(b);
		b = next;
	}
}

void
arena_free(struct arena *a)
{
	if (a == NULL)
		return;
	free_blocks(a->blocks);
	free(a);
}

void
arena_clear(struct arena *a)
{
	struct block *b = a->blocks;

	a->used = 0;
	if (b == NULL)
		return;
	free_blocks(b->next);
	b->next = NULL;
	if (b->cap == BLOCK) {
		b->n = 0;
	} else {
		free(b);
		a->blocks = NULL;
	}
}

static void
add_block(struct arena *a, size_t need)
{
	size_t usual = a->max < BLOCK ? (a->max + STEP - 1) / STEP * STEP : BLOCK;
	size_t cap = need > usual ? need : usual;
	struct block *b = malloc(sizeof *b + cap);

	if (b == NULL)
		abort();
	*b = (struct block){ .next = a->blocks, .cap = cap };
	a->blocks = b;
}

void *
arena_alloc(struct arena *a, size_t n)
{
	size_t need;
	void *p;

	if (n > a->max)
		return NULL;
	need = (n + STEP - 1) / STEP * STEP;
	if (need == 0)
		need = STEP;
	if (need > a->max - a->used)
		return NULL;
	if (a->blocks == NULL || need > a->blocks->cap - a->blocks->n)
		add_block(a, need);
	p = a->blocks->bytes + a->blocks->n;
	a->blocks->n += need;
	a->used += need;
	return memset(p, 0, need);
}

void *
arena_array(struct arena *a, size_t count, size_t size)
{
	if (size != 0 && count > a->max / size)
		return NULL;
	return arena_alloc(a, count * size);
}

struct str
arena_str(struct arena *a, struct str s)
{
	char *p = arena_alloc(a, s.n + 1);

	if (p == NULL)
		return (struct str){ NULL, 0 };
	if (s.n > 0)
		memcpy(p, s.p, s.n);
	return (struct str){ p, s.n };
}

size_t
arena_used(const struct arena *a)
{
	return a->used;
}
