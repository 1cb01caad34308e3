/* SPDX-License-Identifier: ISC */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include "base/str.h"

/*
 * arena: memory that dies together.  One message has one arena.  What passes the ceiling gives
 * NULL (bytes from outside decided the size: a finding or ERR_LIMIT); a process without memory
 * aborts.
 */
struct arena;

struct arena *arena_new(size_t max_bytes);
void arena_free(struct arena *a);
/* Zeroed, aligned for anything; NULL past the ceiling. */
void *arena_alloc(struct arena *a, size_t n);
void *arena_array(struct arena *a, size_t count, size_t size); /* the same, count * size checked */
/* A copy; .p is NULL past the ceiling, never NULL otherwise. */
struct str arena_str(struct arena *a, struct str s);
/* Gives everything back but the ceiling, and a little memory for what comes next. */
void arena_clear(struct arena *a);
size_t arena_used(const struct arena *a); /* bytes */

#endif
