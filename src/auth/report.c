/* SPDX-License-Identifier: ISC */
#include "auth/report.h"

#include "auth/authres.h"
#include "auth/finding.h"
#include "base/hex.h"
#include "base/limits.h"

static void
word(struct json *j, const char *key, const char *value)
{
	json_str(j, key, str_of(value));
}

static void
signature(struct json *j, const struct sig_result *s)
{
	json_open(j, NULL, '{');
	json_str(j, "domain", s->domain);
	json_str(j, "selector", s->selector);
	json_str(j, "algorithm", s->algorithm);
	json_int(j, "key_bits", s->key_bits);
	word(j, "result", result_word(s->result));
	word(j, "crypto", result_word(s->crypto));
	word(j, "code", s->code);
	word(j, "reason", s->reason);
	json_int(j, "body_signed", (int64_t)s->body_signed);
	json_int(j, "body_size", (int64_t)s->body_size);
	json_close(j, '}');
}

static void
told(struct json *j, const char *key, struct str value)
{
	json_str(j, key, str_head(value, LIMIT_TESTIMONY_WORD));
}

static void
testified(struct json *j, const struct authres_result *r)
{
	struct str rest = r->properties;
	struct authres_property p;

	json_open(j, NULL, '{');
	told(j, "method", r->method);
	told(j, "result", r->result);
	json_open(j, "properties", '[');
	for (unsigned i = 0; i < LIMIT_TESTIMONY_TOLD && authres_property(&rest, &p); i++) {
		json_open(j, NULL, '{');
		told(j, "type", p.ptype);
		told(j, "property", p.property);
		told(j, "value", p.value);
		json_close(j, '}');
	}
	json_close(j, ']');
	json_close(j, '}');
}

/* What who sealed the set says that he found: his word, when his seal verifies; never ours. */
static void
testimony(struct json *j, const struct arc_set *s)
{
	struct authres_result r;
	struct authres a;
	int rc;

	if (authres_open(&a, s->testimony, NULL) == -1) {
		json_null(j, "testimony");
		return;
	}
	json_open(j, "testimony", '{');
	json_str(j, "by", s->seal.domain);
	told(j, "authserv_id", a.authserv_id);
	json_open(j, "results", '[');
	for (unsigned i = 0; i < LIMIT_TESTIMONY_TOLD && (rc = authres_next(&a, &r, NULL)) != 0;
	     i++)
		if (rc == 1)
			testified(j, &r);
	json_close(j, ']');
	json_close(j, '}');
}

/* Of a set, what its message signature says stands for the set: real chains have one signer. */
static void
set(struct json *j, const struct arc_set *s)
{
	const struct sig_result *named = s->ams.domain.n > 0 ? &s->ams : &s->seal;

	json_open(j, NULL, '{');
	json_int(j, "instance", s->instance);
	json_str(j, "domain", named->domain);
	json_str(j, "selector", named->selector);
	word(j, "ams", result_word(s->ams.result));
	word(j, "ams_code", s->ams.code);
	word(j, "seal", result_word(s->seal.result));
	word(j, "seal_code", s->seal.code);
	word(j, "cv", s->cv);
	testimony(j, s);
	json_close(j, '}');
}

static void
arc(struct json *j, const struct arc_result *a)
{
	json_open(j, "arc", '{');
	word(j, "result", result_word(a->result));
	word(j, "code", a->code);
	word(j, "reason", a->reason);
	if (a->oldest_pass == -1)
		json_null(j, "oldest_pass");
	else
		json_int(j, "oldest_pass", a->oldest_pass);
	json_open(j, "sets", '[');
	for (size_t i = 0; i < a->n; i++)
		set(j, &a->sets[i]);
	json_close(j, ']');
	json_close(j, '}');
}

void
report_spf(struct json *j, const char *key, const struct spf_result *r)
{
	json_open(j, key, '{');
	word(j, "result", result_word(r->result));
	json_str(j, "domain", r->domain);
	word(j, "code", r->code);
	word(j, "reason", r->reason);
	json_str(j, "mechanism", r->mechanism);
	json_str(j, "explanation", r->explanation);
	json_str(j, "ip", r->ip);
	json_str(j, "helo", r->helo);
	json_str(j, "mailfrom", r->mailfrom);
	if (r->source != NULL)
		word(j, "source", r->source);
	json_close(j, '}');
}

void
report_by(struct buf *out, const struct examination *x, const struct by *by)
{
	const struct sig_result *s;

	if (by->kind == BY_DKIM) {
		s = &x->dkim[by->index];
		buf_printf(out, "dkim:%.*s/%.*s", STR_FMT(s->domain), STR_FMT(s->selector));
	} else {
		s = &x->arc.sets[by->index - 1].ams;
		buf_printf(out, "ams:%u:%.*s", by->index, STR_FMT(s->domain));
	}
}

static void
by(struct json *j, const struct examination *x, const struct by *list, size_t n)
{
	json_open(j, "by", '[');
	for (size_t i = 0; i < n; i++) {
		struct buf name = BUF_MAX(1024);

		report_by(&name, x, &list[i]);
		json_str(j, NULL, buf_str(&name));
		buf_free(&name);
	}
	json_close(j, ']');
}

/* What both rules say. */
static void
dmarc_verdict(struct json *j, const struct examination *x, const struct dmarc_result *d)
{
	word(j, "result", result_word(d->result));
	word(j, "code", d->code);
	word(j, "reason", d->reason);
	json_str(j, "organizational_domain", d->organizational);
	json_str(j, "record_domain", d->record_domain);
	word(j, "policy", d->policy);
	word(j, "adkim", d->strict_dkim ? "s" : "r");
	word(j, "aspf", d->strict_spf ? "s" : "r");
	by(j, x, d->by, d->n);
	json_bool(j, "spf_aligned", d->spf_aligned);
}

static void
dmarc(struct json *j, const struct examination *x)
{
	const struct dmarc_result *d = &x->dmarc;

	if (d->code == NULL) {
		json_null(j, "dmarc");
		return;
	}
	json_open(j, "dmarc", '{');
	json_str(j, "domain", d->domain);
	dmarc_verdict(j, x, d);
	json_str(j, "suffix_list", d->suffix_list);
	json_int(j, "pct", d->pct);
	json_open(j, "tree_walk", '{');
	dmarc_verdict(j, x, &x->dmarc_walk);
	json_close(j, '}');
	json_close(j, '}');
}

static void
claim(struct json *j, const struct examination *x, const struct claim *c)
{
	json_open(j, c->name, '{');
	word(j, "verdict", verdict_word(c->verdict));
	by(j, x, c->by, c->n);
	json_close(j, '}');
}

static void
finding(struct json *j, const struct finding *f)
{
	json_open(j, NULL, '{');
	word(j, "code", f->code);
	word(j, "section", f->section);
	word(j, "severity", f->severity);
	json_close(j, '}');
}

/* The name of a field, as claims have it. */
static void
lower(struct json *j, struct str name)
{
	struct buf text = BUF_MAX(name.n);

	for (size_t i = 0; i < name.n; i++)
		buf_byte(&text, char_lower(name.p[i]));
	json_str(j, NULL, buf_str(&text));
	buf_free(&text);
}

static void
after_dkim(struct json *j, const struct examination *x)
{
	arc(j, &x->arc);
	if (x->spf == NULL)
		json_null(j, "spf");
	else
		report_spf(j, "spf", x->spf);
	dmarc(j, x);
	json_open(j, "claims", '{');
	for (size_t i = 0; i < x->n_claims; i++)
		claim(j, x, &x->claims[i]);
	json_close(j, '}');
	json_open(j, "unbound", '[');
	for (size_t i = 0; i < x->n_unbound; i++)
		lower(j, x->unbound[i]);
	json_close(j, ']');
	json_open(j, "findings", '[');
	for (size_t i = 0; i < x->n_findings; i++)
		finding(j, &x->findings[i]);
	json_close(j, ']');
}

void
report_json(struct json *j, struct str file, const struct examination *x)
{
	char hash[2 * sizeof x->sha256.b + 1];

	json_open(j, NULL, '{');
	json_str(j, "file", file);
	word(j, "sha256", hex_encode(hash, x->sha256.b, sizeof x->sha256.b));
	json_int(j, "size", (int64_t)x->size);
	json_open(j, "dkim", '[');
	for (size_t i = 0; i < x->n_dkim; i++)
		signature(j, &x->dkim[i]);
	json_close(j, ']');
	after_dkim(j, x);
	json_close(j, '}');
}

void
report_json_unexaminable(struct json *j, struct str file)
{
	const struct examination x = {
		.arc = result_unexaminable, .findings = &finding_unexaminable, .n_findings = 1
	};

	json_open(j, NULL, '{');
	json_str(j, "file", file);
	json_null(j, "sha256");
	json_null(j, "size");
	json_open(j, "dkim", '[');
	json_close(j, ']');
	after_dkim(j, &x);
	json_close(j, '}');
}
