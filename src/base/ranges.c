/* SPDX-License-Identifier: ISC */
#include "base/ranges.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"

/* Appends, joined to the last one if they touch; first is not below the last one's first. */
static void
append(struct ranges *r, uint32_t first, uint32_t last)
{
	struct range *end = r->n > 0 ? &r->range[r->n - 1] : NULL;

	if (end != NULL && (uint64_t)first <= (uint64_t)end->last + 1) {
		end->last = last > end->last ? last : end->last;
		return;
	}
	if (r->n == LIMIT_UID_RANGES) {
		r->over = true;
		return;
	}
	if (r->n == r->cap) {
		r->cap = r->cap == 0 ? 16 : r->cap * 2;
		r->range = realloc(r->range, r->cap * sizeof r->range[0]);
		if (r->range == NULL)
			abort();
	}
	r->range[r->n++] = (struct range){ first, last };
}

int
ranges_add(struct ranges *r, uint32_t first, uint32_t last, struct err *e)
{
	if (first == 0 || first > last || (r->n > 0 && first <= r->range[r->n - 1].last))
		return err_set(e, ERR_SYNTAX, "UIDs that do not ascend from 1");
	append(r, first, last);
	return 0;
}

/* "7" or "5:7" */
static int
parse_one(struct str text, struct range *one)
{
	uint64_t first, last;
	struct str word;

	if (!str_cut(&text, ':', &word) || str_u64(word, UINT32_MAX, &first) == -1)
		return -1;
	last = first;
	if (text.p != NULL && (str_u64(text, UINT32_MAX, &last) == -1 || last == first))
		return -1;
	*one = (struct range){ (uint32_t)first, (uint32_t)last };
	return 0;
}

int
ranges_parse(struct ranges *r, struct str text, struct err *e)
{
	struct range one;
	struct str word;

	if (text.n == 0)
		return 0;
	while (str_cut(&text, ',', &word))
		if (parse_one(word, &one) == -1)
			return err_set(e, ERR_SYNTAX, "RFC 3501 9: not a sequence-set of UIDs");
		else if (ranges_add(r, one.first, one.last, e) == -1)
			return -1;
	return 0;
}

bool
ranges_is_text(struct str text, uint64_t *count)
{
	uint64_t next = 1; /* the lowest that may follow: joined ranges are one */
	struct range one;
	struct str word;

	*count = 0;
	while (str_cut(&text, ',', &word)) {
		if (parse_one(word, &one) == -1 || one.first < next || one.first > one.last)
			return false;
		next = (uint64_t)one.last + 2;
		*count += (uint64_t)one.last - one.first + 1;
	}
	return *count > 0;
}

uint64_t
ranges_put(const struct ranges *r, struct buf *out, size_t n)
{
	size_t end = out->n + n;
	uint64_t left = ranges_count(r);
	char text[32];

	for (size_t i = 0; i < r->n; i++) {
		const struct range *one = &r->range[i];
		int length =
		    snprintf(text, sizeof text, one->first == one->last ? "%s%u" : "%s%u:%u",
		        i > 0 ? "," : "", one->first, one->last);

		if (out->n + (size_t)length > end)
			break;
		buf_add(out, str_bytes(text, (size_t)length));
		left -= (uint64_t)one->last - one->first + 1;
	}
	return left;
}

uint64_t
ranges_count(const struct ranges *r)
{
	uint64_t n = 0;

	for (size_t i = 0; i < r->n; i++)
		n += (uint64_t)r->range[i].last - r->range[i].first + 1;
	return n;
}

bool
ranges_has(const struct ranges *r, uint32_t uid)
{
	size_t low = 0, high = r->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (r->range[middle].last < uid)
			low = middle + 1;
		else
			high = middle;
	}
	return low < r->n && r->range[low].first <= uid;
}

void
ranges_join(struct ranges *out, const struct ranges *a, const struct ranges *b)
{
	size_t i = 0, k = 0;

	out->over = a->over || b->over;
	while (i < a->n || k < b->n) {
		bool from_a = k == b->n || (i < a->n && a->range[i].first <= b->range[k].first);
		const struct range *one = from_a ? &a->range[i++] : &b->range[k++];

		append(out, one->first, one->last);
	}
}

void
ranges_minus(struct ranges *out, const struct ranges *a, const struct ranges *b)
{
	size_t k = 0;

	out->over = a->over || b->over;
	for (size_t i = 0; i < a->n; i++) {
		uint64_t at = a->range[i].first, last = a->range[i].last;

		while (k < b->n && b->range[k].last < at)
			k++;
		for (; k < b->n && b->range[k].first <= last; k++) {
			if (b->range[k].first > at)
				append(out, (uint32_t)at, b->range[k].first - 1);
			at = (uint64_t)b->range[k].last + 1;
			if (at > last)
				break;
		}
		if (at <= last)
			append(out, (uint32_t)at, (uint32_t)last);
	}
}

void
ranges_drop_first(struct ranges *r)
{
	r->n--;
	memmove(r->range, r->range + 1, r->n * sizeof r->range[0]);
}

int
ranges_check(const struct ranges *r, const char *what, struct err *e)
{
	if (r->over)
		return err_set(
		    e, ERR_LIMIT, "%s: more than %u ranges of UIDs", what, LIMIT_UID_RANGES);
	return 0;
}

void
ranges_free(struct ranges *r)
{
	free(r->range);
	*r = (struct ranges){ 0 };
}
