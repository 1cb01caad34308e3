/* SPDX-License-Identifier: ISC */
#include "auth/coverage.h"

#include "auth/dkim.h"

/* In the order of FINDING_AMBIGUOUS_FROM and after. */
static const char *const claimed_fields[] = { "from", "to", "cc", "date", "subject", "message-id",
	"reply-to", "in-reply-to" };

enum {
	CLAIMED_FIELDS = sizeof claimed_fields / sizeof claimed_fields[0],
};

static struct claim
claim(const char *name, const struct by *by, size_t n)
{
	return (struct claim){ name, n > 0 ? VERDICT_HOLDS : VERDICT_UNKNOWN, by, n };
}

/* How often h= must name a field to bind every one of them; of none, it binds all. */
static uint32_t
wanted(const struct fields *f, struct str name)
{
	return fields_hide(f, name) ? UINT32_MAX : fields_count(f, name);
}

static bool
binds(const struct signature *s, struct str name, uint32_t times)
{
	return times == 0 || dkim_mentions(s, name) >= times;
}

static bool
claim_field(struct arena *a, const struct fields *f, int i, const struct covering *by, size_t n_by,
    struct claim *out, struct findings *found)
{
	struct str name = str_of(claimed_fields[i]);
	uint32_t times = wanted(f, name);
	struct by *list;
	size_t n = 0;

	if (fields_count(f, name) == 0)
		return false;
	list = arena_array(a, n_by, sizeof *list);
	for (size_t k = 0; k < n_by && list != NULL; k++) {
		if (binds(by[k].sig, name, times))
			list[n++] = by[k].by;
		else if (dkim_mentions(by[k].sig, name) > 0)
			found->is[FINDING_AMBIGUOUS_FROM + i] = true;
	}
	*out = claim(claimed_fields[i], list, n);
	return true;
}

/* RFC 2045: what says how the bytes of a body are to be read. */
static const char *const interpretation[] = { "content-type", "mime-version",
	"content-transfer-encoding" };

enum {
	INTERPRETATION = sizeof interpretation / sizeof interpretation[0],
};

static bool
binds_interpretation(const struct signature *s, const uint32_t times[INTERPRETATION])
{
	for (int i = 0; i < INTERPRETATION; i++)
		if (!binds(s, str_of(interpretation[i]), times[i]))
			return false;
	return true;
}

static bool
binds_body(const struct bodyhash *bodies, const struct signature *s)
{
	return s->body_limit == BODYHASH_ALL ||
	       s->body_limit == bodyhash_size(bodies, s->body_canon);
}

/* The bytes; whether their interpretation is bound too is a finding. */
static bool
claim_body(struct arena *a, const struct fields *f, const struct bodyhash *bodies,
    const struct covering *by, size_t n_by, struct claim *out, struct findings *found)
{
	struct by *list = arena_array(a, n_by, sizeof *list);
	uint32_t times[INTERPRETATION];
	bool interpreted = false;
	size_t n = 0;

	for (int i = 0; i < INTERPRETATION; i++)
		times[i] = wanted(f, str_of(interpretation[i]));
	for (size_t k = 0; k < n_by && list != NULL; k++) {
		if (!binds_body(bodies, by[k].sig)) {
			found->is[FINDING_BODY_PARTLY_SIGNED] = true;
			continue;
		}
		list[n++] = by[k].by;
		interpreted = interpreted || binds_interpretation(by[k].sig, times);
	}
	/* Readers who end the header at a bare empty line show another body. */
	found->is[FINDING_BODY_INTERPRETATION] =
	    n > 0 && (!interpreted || found->is[FINDING_BARE_LF_SEPARATOR]);
	*out = claim("body", list, n);
	return true;
}

const struct claim *
coverage_claims(struct arena *a, const struct fields *f, const struct bodyhash *bodies,
    const struct covering *by, size_t n_by, size_t *n, struct findings *found)
{
	struct claim *claims = arena_array(a, CLAIMED_FIELDS + 1, sizeof *claims);

	*n = 0;
	if (claims == NULL)
		return NULL;
	for (int i = 0; i < CLAIMED_FIELDS; i++)
		*n += claim_field(a, f, i, by, n_by, &claims[*n], found);
	*n += claim_body(a, f, bodies, by, n_by, &claims[*n], found);
	return claims;
}
