/* SPDX-License-Identifier: ISC */
#include "cli/check_text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "auth/authres.h"
#include "auth/dmarc.h"
#include "auth/finding.h"
#include "auth/finding_words.h"
#include "auth/report.h"
#include "base/hex.h"
#include "base/limits.h"
#include "base/utf8.h"

static void
signature(struct buf *out, const char *what, const struct sig_result *s)
{
	buf_printf(out, "  %-7s %-9s ", what, result_word(s->result));
	utf8_add_safe(out, s->domain);
	buf_byte(out, '/');
	utf8_add_safe(out, s->selector);
	buf_byte(out, ' ');
	utf8_add_safe(out, s->algorithm);
	if (s->key_bits > 0)
		buf_printf(out, " %u bits", s->key_bits);
	if (s->result != RESULT_PASS)
		buf_printf(out, "\n          %s: %s", s->code, s->reason);
	if (s->crypto == RESULT_PASS && s->result != RESULT_PASS)
		buf_printf(out, " (the mathematics is good)");
	if (s->body_signed < s->body_size)
		buf_printf(out,
		    "\n          signed %" PRIu64 " of %" PRIu64 " bytes of the body (l=)",
		    s->body_signed, s->body_size);
	buf_byte(out, '\n');
}

/* What the sealer says that he found; only his word. */
static void
testimony(struct buf *out, const struct arc_set *s)
{
	struct authres_result r;
	struct authres a;

	if (authres_open(&a, s->testimony, NULL) == -1)
		return;
	buf_add(out, STR("          testifies"));
	if (a.authserv_id.n > 0)
		buf_add(out, STR(" as "));
	utf8_add_safe(out, str_head(a.authserv_id, LIMIT_TESTIMONY_WORD));
	for (unsigned i = 0; i < LIMIT_TESTIMONY_TOLD && authres_next(&a, &r, NULL) == 1; i++) {
		buf_byte(out, i == 0 ? ':' : ',');
		buf_byte(out, ' ');
		utf8_add_safe(out, str_head(r.method, LIMIT_TESTIMONY_WORD));
		buf_byte(out, '=');
		utf8_add_safe(out, str_head(r.result, LIMIT_TESTIMONY_WORD));
	}
	buf_byte(out, '\n');
}

static void
chain(struct buf *out, const struct arc_result *a)
{
	char what[20];

	if (a->result == RESULT_NONE)
		return;
	buf_printf(
	    out, "  arc     %-9s %zu set%s", result_word(a->result), a->n, a->n == 1 ? "" : "s");
	if (a->result != RESULT_PASS)
		buf_printf(out, "\n          %s: %s", a->code, a->reason);
	buf_byte(out, '\n');
	for (size_t i = 0; i < a->n; i++) {
		snprintf(what, sizeof what, "ams:%u", a->sets[i].instance);
		signature(out, what, &a->sets[i].ams);
		snprintf(what, sizeof what, "seal:%u", a->sets[i].instance);
		signature(out, what, &a->sets[i].seal);
		testimony(out, &a->sets[i]);
	}
}

static void
why(struct buf *out, const struct dmarc_result *d)
{
	if (d->result != RESULT_PASS)
		buf_printf(out, "\n          %s: %s", d->code, d->reason);
	buf_byte(out, '\n');
}

/* By RFC 7489; of RFC 9989 a word, unless it says something else. */
static void
policy(struct buf *out, const struct dmarc_result *d, const struct dmarc_result *walk)
{
	bool same = d->result == walk->result && strcmp(d->policy, walk->policy) == 0 &&
	            !dmarc_differ(d, walk);

	buf_printf(out, "  dmarc   %-9s ", result_word(d->result));
	utf8_add_safe(out, d->domain);
	if (d->record_domain.n > 0)
		buf_printf(out, " policy %s", d->policy);
	if (same && d->domain.n > 0)
		buf_add(out, STR(", also by tree walk"));
	why(out, d);
	if (same)
		return;
	buf_printf(
	    out, "          by tree walk %s, policy %s", result_word(walk->result), walk->policy);
	why(out, walk);
}

static bool
has_finding(const struct examination *x, enum finding_id id)
{
	for (size_t i = 0; i < x->n_findings; i++)
		if (strcmp(x->findings[i].code, finding_rows[id].code) == 0)
			return true;
	return false;
}

static void
session(struct buf *out, const struct spf_result *r)
{
	buf_printf(out, "  spf     %-9s ", result_word(r->result));
	utf8_add_safe(out, r->domain);
	buf_printf(out, " from %.*s", STR_FMT(r->ip));
	if (r->result != RESULT_PASS)
		buf_printf(out, "\n          %s: %s", r->code, r->reason);
	buf_byte(out, '\n');
}

static void
claim(struct buf *out, const struct examination *x, const struct claim *c)
{
	struct buf by = BUF_MAX(64u << 10);

	buf_printf(out, "  %-11s %-10s", c->name, verdict_word(c->verdict));
	for (size_t i = 0; i < c->n; i++) {
		buf_add(&by, i == 0 ? STR(" signed by ") : STR(", "));
		report_by(&by, x, &c->by[i]);
	}
	utf8_add_safe(out, buf_str(&by));
	if (strcmp(c->name, "body") == 0 && has_finding(x, FINDING_BODY_INTERPRETATION))
		buf_add(out, STR(" (the bytes; how to read them is not)"));
	buf_byte(out, '\n');
	buf_free(&by);
}

/* The fields that anybody on the way can have written or changed; those of the way are many. */
static void
unbound(struct buf *out, const struct examination *x)
{
	size_t more = 0, n = 0;

	for (size_t i = 0; i < x->n_unbound; i++) {
		if (str_casestarts(x->unbound[i], STR("X-"))) {
			more++;
			continue;
		}
		buf_add(out, n++ == 0 ? STR("  signed by nobody: ") : STR(", "));
		utf8_add_safe(out, x->unbound[i]);
	}
	if (more > 0)
		buf_printf(out, "%s%zu that begin with X-",
		    n == 0 ? "  signed by nobody: " : ", and ", more);
	if (n + more > 0)
		buf_byte(out, '\n');
}

static void
finding(struct buf *out, const struct finding *f)
{
	buf_printf(out, "  %s: %s (%s)\n          ", f->severity, f->code, f->section);
	finding_say(out, f->code);
	buf_byte(out, '\n');
}

void
check_text(struct buf *out, struct str file, const struct examination *x)
{
	char hash[2 * sizeof x->sha256.b + 1];

	utf8_add_safe(out, file);
	buf_printf(out, ": %" PRIu64 " bytes, sha256 %s\n", x->size,
	    hex_encode(hash, x->sha256.b, sizeof x->sha256.b));
	for (size_t i = 0; i < x->n_dkim; i++)
		signature(out, "dkim", &x->dkim[i]);
	chain(out, &x->arc);
	if (x->spf != NULL)
		session(out, x->spf);
	if (x->dmarc.code != NULL)
		policy(out, &x->dmarc, &x->dmarc_walk);
	for (size_t i = 0; i < x->n_claims; i++)
		claim(out, x, &x->claims[i]);
	unbound(out, x);
	for (size_t i = 0; i < x->n_findings; i++)
		finding(out, &x->findings[i]);
}

void
check_text_unexaminable(struct buf *out, struct str file)
{
	utf8_add_safe(out, file);
	buf_add(out, STR(": not judged\n"));
	finding(out, &finding_unexaminable);
}
