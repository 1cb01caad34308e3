/* SPDX-License-Identifier: ISC */
#include "seal/examination.h"

#include <stdio.h>
#include <stdlib.h>

#include "auth/examine.h"
#include "auth/finding.h"
#include "base/base64.h"
#include "base/hex.h"
#include "base/limits.h"

struct writing {
	struct buf *out;
	const struct sig_result **key; /* one signature for each key line */
	size_t n_keys;
};

static bool
same_key(const struct sig_result *a, const struct sig_result *b)
{
	return hash_eq(a->key_packet, b->key_packet) && hash_eq(a->key_value, b->key_value);
}

/* By the key, not by what the signature says of it; unknown when there is none to compute with. */
static const char *
key_algorithm(unsigned bits)
{
	if (bits == 0)
		return "-";
	return bits == 256 ? "ed25519" : "rsa";
}

static void
write_key(struct writing *w, const struct sig_result *r)
{
	char packet[65], value[65];

	if (!r->has_key)
		return;
	for (size_t i = 0; i < w->n_keys; i++)
		if (same_key(w->key[i], r))
			return;
	buf_printf(w->out, "key %zu %s value=%s algorithm=%s bits=%u\n", w->n_keys,
	    hex_encode(packet, r->key_packet.b, 32), hex_encode(value, r->key_value.b, 32),
	    key_algorithm(r->key_bits), r->key_bits);
	w->key[w->n_keys++] = r;
}

static void
write_keys(struct writing *w, const struct examination *x)
{
	for (size_t i = 0; i < x->n_dkim; i++)
		write_key(w, &x->dkim[i]);
	for (size_t i = 0; i < x->arc.n; i++) {
		write_key(w, &x->arc.sets[i].ams);
		write_key(w, &x->arc.sets[i].seal);
	}
}

static void
write_time(struct buf *out, const char *name, int64_t time_s)
{
	if (time_s < 0)
		buf_printf(out, " %s=-", name);
	else
		buf_printf(out, " %s=%lld", name, (long long)time_s);
}

static const char *
known_algorithm(struct str algorithm)
{
	static const char *const known[] = { "rsa-sha1", "rsa-sha256", "ed25519-sha256" };

	for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
		if (str_caseeq(algorithm, str_of(known[i])))
			return known[i];
	return "-";
}

static void
write_signature(struct writing *w, const char *name, size_t i, const struct sig_result *r)
{
	buf_printf(w->out, "%s %zu result=%s crypto=%s algorithm=%s bits=%u code=%s", name, i,
	    result_word(r->result), result_word(r->crypto), known_algorithm(r->algorithm),
	    r->key_bits, r->code);
	write_time(w->out, "t", r->signed_at);
	write_time(w->out, "x", r->expires);
	for (size_t k = 0; r->has_key && k < w->n_keys; k++)
		if (same_key(w->key[k], r)) {
			buf_printf(w->out, " key=%zu\n", k);
			return;
		}
	buf_add(w->out, STR(" key=-\n"));
}

static void
write_arc(struct writing *w, const struct arc_result *arc)
{
	buf_printf(w->out, "arc result=%s code=%s sets=%zu oldest-pass=", result_word(arc->result),
	    arc->code, arc->n);
	if (arc->oldest_pass == -1)
		buf_add(w->out, STR("-\n"));
	else
		buf_printf(w->out, "%d\n", arc->oldest_pass);
	for (size_t i = 0; i < arc->n; i++)
		buf_printf(w->out, "arc-set %zu cv=%s\n", i + 1, arc->sets[i].cv);
	for (size_t i = 0; i < arc->n; i++)
		write_signature(w, "ams", i + 1, &arc->sets[i].ams);
	for (size_t i = 0; i < arc->n; i++)
		write_signature(w, "seal", i + 1, &arc->sets[i].seal);
}

/* A session that is not known is said as a code, too. */
static void
write_spf(struct buf *out, const struct spf_result *r)
{
	if (r == NULL)
		buf_add(out, STR("spf result=none code=not-judged identity=-\n"));
	else
		buf_printf(out, "spf result=%s code=%s identity=%s\n", result_word(r->result),
		    r->code, r->mailfrom.n > 0 ? "mailfrom" : "helo");
}

/* Whose policy it is. */
static const char *
policy_at(const struct dmarc_result *d)
{
	if (d->record_domain.n == 0)
		return "-";
	if (str_eq(d->record_domain, d->domain))
		return "domain";
	return str_eq(d->record_domain, d->organizational) ? "organizational" : "suffix";
}

/* Not judged is said as a code, too. */
static void
write_dmarc_verdict(struct buf *out, const char *name, const struct dmarc_result *d)
{
	buf_printf(out, "%s result=%s code=%s policy=%s", name, result_word(d->result),
	    d->code != NULL ? d->code : "not-judged", d->policy != NULL ? d->policy : "-");
}

static void
write_aligned(struct buf *out, const struct dmarc_result *d)
{
	for (size_t i = 0; i < d->n; i++)
		buf_printf(out, " dkim:%u", d->by[i].index);
	if (d->spf_aligned)
		buf_add(out, STR(" spf"));
	buf_byte(out, '\n');
}

static void
write_dmarc(struct buf *out, const struct dmarc_result *d)
{
	write_dmarc_verdict(out, "dmarc", d);
	buf_printf(out, " pct=%u at=%s adkim=%c aspf=%c suffix-list=", d->pct, policy_at(d),
	    d->strict_dkim ? 's' : 'r', d->strict_spf ? 's' : 'r');
	buf_add(out, d->suffix_list.n > 0 ? d->suffix_list : STR("-"));
	write_aligned(out, d);
}

/* The organizational domain is an end of the domain: it is enough to say how much of it. */
static void
write_dmarc_walk(struct buf *out, const struct dmarc_result *d)
{
	size_t labels = d->organizational.n > 0;

	for (size_t i = 0; i < d->organizational.n; i++)
		labels += d->organizational.p[i] == '.';
	write_dmarc_verdict(out, "dmarc-walk", d);
	buf_printf(out, " at=%s labels=%zu", policy_at(d), labels);
	write_aligned(out, d);
}

static void
write_claim(struct buf *out, const struct claim *c)
{
	static const char *const verdicts[] = {
		[VERDICT_UNKNOWN] = "not-proven",
		[VERDICT_HOLDS] = "holds",
		[VERDICT_FAILS] = "fails",
	};

	buf_printf(out, "claim %s %s", c->name, verdicts[c->verdict]);
	for (size_t i = 0; i < c->n; i++)
		buf_printf(
		    out, " %s:%u", c->by[i].kind == BY_DKIM ? "dkim" : "ams", c->by[i].index);
	buf_byte(out, '\n');
}

static void
write_value(struct buf *out, const char *label, struct str value)
{
	buf_printf(out, "value %s ", label);
	base64_add(out, str_head(value, LIMIT_SIGNATURE_NAME));
	buf_byte(out, '\n');
}

static void
write_values(struct buf *out, const char *name, size_t i, const struct sig_result *r)
{
	const struct {
		const char *what;
		struct str value;
	} row[] = {
		{ "domain", r->domain },
		{ "selector", r->selector },
		{ "identity", r->identity },
	};

	for (size_t k = 0; k < sizeof row / sizeof row[0]; k++) {
		char label[64];

		snprintf(label, sizeof label, "%s.%zu.%s", name, i, row[k].what);
		write_value(out, label, row[k].value);
	}
}

void
examination_write(struct buf *out, const struct examination *x)
{
	struct writing w = { .out = out };

	w.key = calloc(x->n_dkim + 2 * x->arc.n + 1, sizeof *w.key);
	if (w.key == NULL)
		abort();
	for (size_t i = 0; i < x->n_segments; i++)
		buf_printf(out, "segment %llu %llu %s\n", (unsigned long long)x->segments[i].offset,
		    (unsigned long long)x->segments[i].length, x->segments[i].kind);
	write_keys(&w, x);
	buf_printf(out, "rules %d\n", EXAMINE_RULES);
	for (size_t i = 0; i < x->n_dkim; i++)
		write_signature(&w, "dkim", i, &x->dkim[i]);
	write_arc(&w, &x->arc);
	write_spf(out, x->spf);
	write_dmarc(out, &x->dmarc);
	write_dmarc_walk(out, &x->dmarc_walk);
	for (size_t i = 0; i < x->n_claims; i++)
		write_claim(out, &x->claims[i]);
	for (size_t i = 0; i < x->n_findings; i++)
		buf_printf(out, "finding %s %s %s\n", x->findings[i].code, x->findings[i].severity,
		    x->findings[i].section);
	for (size_t i = 0; i < x->n_dkim; i++)
		write_values(out, "dkim", i, &x->dkim[i]);
	for (size_t i = 0; i < x->arc.n; i++)
		write_values(out, "ams", i + 1, &x->arc.sets[i].ams);
	for (size_t i = 0; i < x->arc.n; i++)
		write_values(out, "seal", i + 1, &x->arc.sets[i].seal);
	write_value(out, "spf.ip", x->spf != NULL ? x->spf->ip : STR(""));
	write_value(out, "spf.helo", x->spf != NULL ? x->spf->helo : STR(""));
	write_value(out, "spf.mailfrom", x->spf != NULL ? x->spf->mailfrom : STR(""));
	write_value(out, "dmarc.domain", x->dmarc.domain);
	write_value(out, "dmarc.organizational", x->dmarc.organizational);
	buf_add(out, STR("sender "));
	base64_add(out, str_head(x->sender, LIMIT_SIGNATURE_NAME));
	buf_printf(out, "\ncomplete %s\n", x->complete ? "yes" : "no");
	free(w.key);
}

void
examination_unexaminable(struct buf *out, uint64_t size)
{
	const struct segment whole = { 0, size, "rest" };
	const struct examination x = {
		.size = size,
		.arc = result_unexaminable,
		.findings = &finding_unexaminable,
		.n_findings = 1,
		.segments = &whole,
		.n_segments = size > 0,
		.complete = true,
	};

	examination_write(out, &x);
}
