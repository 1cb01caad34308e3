/* SPDX-License-Identifier: ISC */
#include "auth/examine.h"

#include <stdlib.h>
#include <string.h>

#include "auth/arc.h"
#include "auth/content.h"
#include "auth/coverage.h"
#include "auth/delivery.h"
#include "auth/dkim.h"
#include "auth/dmarc.h"
#include "auth/names.h"
#include "auth/recipients.h"
#include "auth/segments.h"
#include "auth/testimony.h"
#include "auth/sender.h"
#include "base/limits.h"
#include "msg/mime.h"
#include "msg/split.h"

enum {
	SHORT_KEY_BITS = 2048, /* RFC 8301 section 3.2: signers should use as many */
	ED25519_BITS = 256,
};

/*
 * Memory: the header up to LIMIT_HEADER and what is parsed of it; of the body nothing but
 * running hashes.  The arena `kept` lives as long as the examination, `run` and
 * `spf` until the next run.
 */
struct examine {
	const struct crypto *crypto;
	struct keycache *keycache;      /* NULL: none was given */
	struct arena *kept, *run, *spf; /* spf: of the last run, too */

	/* while the bytes go through */
	struct split split;
	struct scan scan;
	struct buf header; /* does not grow any more once header_read is set */
	bool header_read;
	bool filed;
	const struct spf_session *session; /* NULL: what the trace tells */
	struct digest *whole;
	struct bodyhash *bodies;
	struct mime mime;
	struct content content;
	struct segments segments;

	struct fields fields;
	struct dkim dkim;
	struct arc arc;
	struct str sender;     /* the domain of From */
	struct findings found; /* by the bytes alone */
	uint64_t size;
	struct hash sha256;

	struct examination result;
};

struct examine *
examine_new(const struct crypto *crypto)
{
	struct examine *x = calloc(1, sizeof *x);

	if (x == NULL)
		abort();
	x->crypto = crypto;
	x->kept = arena_new(LIMIT_EXAMINATION);
	x->split = split_start();
	x->header = (struct buf)BUF_MAX(LIMIT_HEADER);
	x->whole = digest_new(DIGEST_SHA256);
	x->bodies = bodyhash_new();
	x->content = content_start();
	return x;
}

void
examine_free(struct examine *x)
{
	if (x == NULL)
		return;
	arena_free(x->kept);
	arena_free(x->run);
	arena_free(x->spf);
	buf_free(&x->header);
	digest_free(x->whole);
	bodyhash_free(x->bodies);
	mime_free(&x->mime);
	content_free(&x->content);
	segments_free(&x->segments);
	free(x);
}

/* A signature over a header that was not read whole would fail by our fault: it is not judged. */
static void
judge_nothing(struct examine *x)
{
	x->found.is[FINDING_LIMIT_HEADER] = true;
	for (size_t i = 0; i < x->dkim.n; i++) {
		x->dkim.sig[i].computable = false;
		x->dkim.sig[i].code = CODE_LIMIT_HEADER;
	}
	if (x->arc.code != CODE_ARC_NONE)
		x->arc.code = CODE_LIMIT_HEADER;
	x->arc.n = 0;
}

/* Was the header longer than what we keep?  Then the last field kept is not whole. */
static bool
is_cut(const struct examine *x)
{
	return x->split.header > x->header.n;
}

static void
segment_header(struct examine *x)
{
	const struct fields *f = &x->fields;
	uint32_t whole = is_cut(x) && f->n > 0 ? f->n - 1 : f->n;

	for (uint32_t i = 0; i < whole; i++)
		segments_add(&x->segments, f->field[i].raw.n, "header");
	segments_add(&x->segments, x->split.header - x->segments.end,
	    f->separated && !is_cut(x) ? "empty" : "rest");
}

/* Of several the first, as most readers do; that there are several is a finding. */
static struct str
first_body(const struct fields *f, struct str name)
{
	const struct header *h = fields_top(f, name);

	return h == NULL ? (struct str){ NULL, 0 } : h->body;
}

/* The body begins: as one leaf, or as a multipart. */
static void
begin_body(struct examine *x)
{
	const struct mime_about about = {
		.type = first_body(&x->fields, STR("content-type")),
		.encoding = first_body(&x->fields, STR("content-transfer-encoding")),
		.disposition = first_body(&x->fields, STR("content-disposition")),
	};

	mime_start(&x->mime, about.type);
	x->mime.odd[MIME_ENCODED] = mime_is_encoded(&about);
	if (x->mime.mode == MIME_LEAF)
		content_begin(&x->content, &about, &x->found);
}

/* The header is whole, or as much of it as we take. */
static void
read_header(struct examine *x)
{
	struct str bytes = buf_str(&x->header);

	x->header_read = true;
	/* The ceiling of the arena is made so that these have room in it. */
	if (fields_parse(x->kept, bytes, &x->fields, NULL) == -1)
		abort();
	x->sender = sender_domain(x->kept, &x->fields);
	if (dkim_collect(x->kept, &x->fields, x->sender, &x->dkim, NULL) == -1 ||
	    arc_collect(x->kept, &x->fields, &x->arc, NULL) == -1)
		abort();
	segment_header(x);
	findings_of_fields(&x->fields, &x->found);
	names_read(&x->fields, &x->found);
	x->found.is[FINDING_LIMIT_SIGNATURES] = x->dkim.more;
	if (is_cut(x) || x->fields.rest.n > 0)
		judge_nothing(x);
	for (size_t i = 0; i < x->dkim.n; i++)
		dkim_want_body(&x->dkim.sig[i], x->bodies);
	arc_want_bodies(&x->arc, x->bodies);
	begin_body(x);
}

static void
add_header(struct examine *x, struct str bytes)
{
	scan_add(&x->scan, bytes, true, &x->found);
	buf_add(&x->header, str_head(bytes, LIMIT_HEADER - x->header.n));
	if (split_done(&x->split))
		read_header(x);
}

/* A leaf has ended, or what stood before one. */
static void
add_part(struct examine *x, const struct mime_part *part)
{
	segments_add(&x->segments, part->n, part->leaf ? "mime" : "gap");
	if (part->leaf)
		content_end(&x->content, part->n, &x->found);
	else if (x->mime.mode == MIME_LEAF)
		content_begin(&x->content, &x->mime.about, &x->found);
}

/* Takes what is of one leaf or gap, and a delimiter, off *bytes; true when it ended. */
static bool
take_part(struct examine *x, struct str *bytes, struct mime_part *part)
{
	bool leaf = x->mime.mode == MIME_LEAF;
	struct str all = *bytes;
	bool ended = mime_next(&x->mime, bytes, part);

	if (leaf)
		content_add(&x->content, str_head(all, all.n - bytes->n));
	return ended;
}

static void
add_body(struct examine *x, struct str bytes)
{
	struct mime_part part;

	scan_add(&x->scan, bytes, false, &x->found);
	bodyhash_add(x->bodies, bytes, x->whole);
	while (take_part(x, &bytes, &part))
		add_part(x, &part);
}

void
examine_add(struct examine *x, struct str chunk)
{
	x->size += chunk.n;
	if (!x->header_read) {
		size_t n = split_add(&x->split, chunk);

		digest_add(x->whole, str_head(chunk, n));
		add_header(x, str_head(chunk, n));
		chunk = str_from(chunk, n);
	}
	if (chunk.n > 0)
		add_body(x, chunk);
}

void
examine_end(struct examine *x)
{
	struct mime_part part;
	uint8_t out[64];

	if (!x->header_read)
		read_header(x);
	while (mime_last(&x->mime, &part))
		add_part(x, &part);
	for (int odd = 0; odd < MIME_ODDITIES; odd++)
		if (x->mime.odd[odd])
			x->found.is[FINDING_DUPLICATE_BOUNDARY + odd] = true;
	scan_end(&x->scan, &x->found);
	bodyhash_end(x->bodies);
	x->found.is[FINDING_LIMIT_SEGMENTS] = x->segments.over;
	digest_end(x->whole, out);
	memcpy(x->sha256.b, out, sizeof x->sha256.b);
}

void
examine_filed(struct examine *x)
{
	x->filed = true;
}

void
examine_keycache(struct examine *x, struct keycache *c)
{
	x->keycache = c;
}

void
examine_session(struct examine *x, const struct spf_session *session)
{
	x->session = session;
}

static const struct sig_result *
verify_dkim(struct examine *x, struct verifier *v)
{
	struct sig_result *r = arena_array(v->arena, x->dkim.n, sizeof *r);

	for (size_t i = 0; i < x->dkim.n && r != NULL; i++)
		dkim_verify(v, &x->dkim.sig[i], &r[i]);
	return r;
}

/* SPF of the session, where it is known, or the trace tells of one. */
static const struct spf_result *
check_spf(struct examine *x, struct verifier *v)
{
	struct spf_result *r = arena_array(v->arena, 1, sizeof *r);
	struct spf_session session;

	arena_free(x->spf);
	x->spf = NULL;
	if (r == NULL || (x->session == NULL && !delivery_session(&x->fields, v->now, &session)))
		return NULL;
	x->spf = arena_new(LIMIT_SPF_RUN);
	spf_check(
	    x->spf, x->session != NULL ? x->session : &session, v->evidence, v->now, v->needs, r);
	r->source = x->session != NULL ? NULL : "received";
	v->incomplete = v->incomplete || r->result == RESULT_TEMPERROR;
	return r;
}

static void
check_dmarc(struct verifier *v, struct examination *r)
{
	const struct authenticated by = { r->dkim, r->n_dkim, r->spf };

	dmarc_judge(v, &by, &r->dmarc, &r->dmarc_walk);
}

/* Some signature passes, but none of the domain that From names. */
static bool
from_is_unaligned(const struct examination *r)
{
	bool passes = false;

	for (size_t i = 0; i < r->n_dkim; i++)
		passes = passes || r->dkim[i].result == RESULT_PASS;
	return passes && r->dmarc.domain.n > 0 && r->dmarc.n == 0 && !r->dmarc.open;
}

static bool
is_aligned(const struct dmarc_result *d, unsigned dkim)
{
	for (size_t i = 0; i < d->n; i++)
		if (d->by[i].index == dkim)
			return true;
	return false;
}

/* Those that passed. */
static size_t
passed(const struct examine *x, struct covering *by)
{
	const struct examination *r = &x->result;
	size_t n = 0;

	for (size_t i = 0; i < r->n_dkim; i++)
		if (r->dkim[i].result == RESULT_PASS)
			by[n++] = (struct covering){ { BY_DKIM, (unsigned)i }, &x->dkim.sig[i],
				is_aligned(&r->dmarc, (unsigned)i) };
	for (size_t i = 0; i < r->arc.n; i++)
		if (r->arc.sets[i].ams.result == RESULT_PASS)
			by[n++] = (struct covering){ { BY_AMS, r->arc.sets[i].instance },
				&x->arc.set[i].ams, false };
	return n;
}

/* Do those that passed all rest on RSA keys that a state can factor today? */
static bool
rest_on_short_keys(const struct examination *r, const struct covering *by, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct sig_result *s = by[i].by.kind == BY_DKIM
		                                 ? &r->dkim[by[i].by.index]
		                                 : &r->arc.sets[by[i].by.index - 1].ams;

		if (s->key_bits >= SHORT_KEY_BITS || s->key_bits == ED25519_BITS)
			return false;
	}
	return n > 0;
}

/* Date is not of when the author's server signed, or the provider received it. */
static bool
date_is_far_off(const struct examine *x, int64_t now)
{
	const struct examination *r = &x->result;

	for (size_t i = 0; i < r->n_dkim; i++)
		if (r->dkim[i].result == RESULT_PASS && is_aligned(&r->dmarc, (unsigned)i) &&
		    r->dkim[i].signed_at != -1 &&
		    delivery_is_far_off(&x->fields, r->dkim[i].signed_at))
			return true;
	return x->filed && delivery_is_far_off(&x->fields, now);
}

/* The claims, by the signatures that passed, and what else they do and do not say. */
static void
cover(struct examine *x, struct arena *a, struct findings *found)
{
	struct examination *r = &x->result;
	struct covering *by = arena_array(a, r->n_dkim + r->arc.n, sizeof *by);
	struct coverage c = {
		.arena = a,
		.fields = &x->fields,
		.bodies = x->bodies,
		.by = by,
		.n_by = by == NULL ? 0 : passed(x, by),
		.found = found,
	};

	r->claims = coverage_claims(&c, &r->n_claims);
	r->unbound = coverage_unbound(&c, &r->n_unbound);
	recipients_read(&c);
	found->is[FINDING_SHORT_KEY] = rest_on_short_keys(r, by, c.n_by);
}

const struct examination *
examine_run(struct examine *x, const struct evidence *ev, int64_t now, struct needs *needs)
{
	struct examination *r = &x->result;
	struct findings found = x->found;
	struct verifier v = {
		.crypto = x->crypto,
		.keycache = x->keycache,
		.evidence = ev,
		.needs = needs,
		.now = now,
		.fields = &x->fields,
		.bodies = x->bodies,
		.signed_bytes = BUF_MAX(2 * LIMIT_HEADER),
	};

	needs->n = 0;
	arena_free(x->run);
	x->run = v.arena = arena_new(LIMIT_EXAMINATION);
	v.keys = arena_new(LIMIT_ANSWER);
	*r = (struct examination){ .size = x->size, .sha256 = x->sha256, .sender = x->sender };
	if (!found.is[FINDING_LIMIT_HEADER])
		r->spf = check_spf(x, &v);
	v.waiting = needs->n > 0; /* SPF asks one thing after another */
	r->dkim = verify_dkim(x, &v);
	r->n_dkim = x->dkim.n;
	arc_verify(&v, &x->arc, &r->arc);
	if (!found.is[FINDING_LIMIT_HEADER])
		check_dmarc(&v, r);
	found.is[FINDING_FROM_UNALIGNED] = from_is_unaligned(r);
	found.is[FINDING_DMARC_TREE_WALK_DIFFERS] = dmarc_differ(&r->dmarc, &r->dmarc_walk);
	if (!found.is[FINDING_LIMIT_HEADER])
		testimony_read(&x->fields, r, &found);
	found.is[FINDING_DATE_FAR_OFF] = date_is_far_off(x, now);
	found.is[FINDING_NOT_RECEIVED] = x->filed && !delivery_seen(&x->fields, &x->arc, now);
	found.is[FINDING_LIMIT_SIGNATURES] = found.is[FINDING_LIMIT_SIGNATURES] || v.over;
	cover(x, v.arena, &found);
	r->findings = findings_list(v.arena, &found, &r->n_findings);
	r->segments = x->segments.segment;
	r->n_segments = x->segments.n;
	r->complete = !v.incomplete;
	r->work = v.spent + x->header.n;
	arena_free(v.keys);
	buf_free(&v.signed_bytes);
	return r;
}
