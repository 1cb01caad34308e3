/* SPDX-License-Identifier: ISC */
#include "auth/signature.h"

#include <string.h>

#include "base/base64.h"
#include "base/limits.h"
#include "dns/alabel.h"
#include "msg/taglist.h"

enum {
	TIME_DIGITS = 12,   /* RFC 6376 3.5: of t= and x= */
	LENGTH_DIGITS = 76, /* of l= */
	LABEL_BYTES = 63,
};

/* Digits; what is larger than max counts as max.  -1 when it is none, or more digits than that. */
static int
number(struct str value, size_t digits, uint64_t max, uint64_t *n)
{
	*n = 0;
	if (value.n == 0 || value.n > digits)
		return -1;
	for (size_t i = 0; i < value.n; i++) {
		unsigned digit = (unsigned)(value.p[i] - '0');

		if (!char_is_digit(value.p[i]))
			return -1;
		*n = *n > (max - digit) / 10 ? max : *n * 10 + digit;
	}
	return 0;
}

static bool
label_is_good(struct str label)
{
	if (label.n == 0 || label.n > LABEL_BYTES)
		return false;
	for (size_t i = 0; i < label.n; i++) {
		char c = label.p[i];

		/* RFC 5321 has no underscore in a name; real selectors do. */
		if (!char_is_alpha(c) && !char_is_digit(c) && c != '-' && c != '_')
			return false;
	}
	return label.p[0] != '-' && label.p[label.n - 1] != '-';
}

static bool
is_name(struct str name, unsigned labels_min)
{
	struct str rest = name, label;
	unsigned n = 0;

	for (; str_cut(&rest, '.', &label); n++)
		if (!label_is_good(label))
			return false;
	return n >= labels_min;
}

/* A field being read; the arena takes what must be decoded. */
struct reading {
	struct signature *s;
	struct arena *a;
	struct str selector; /* s= in A-labels */
};

static enum code
read_version(struct reading *r, struct str value)
{
	(void)r;
	return str_eq(value, STR("1")) ? CODE_PASS : CODE_VERSION;
}

static enum code
read_algorithm(struct reading *r, struct str value)
{
	static const struct {
		const char *name;
		enum sig_alg alg;
		enum digest_alg digest;
	} known[] = {
		{ "rsa-sha256", SIG_RSA_SHA256, DIGEST_SHA256 },
		{ "ed25519-sha256", SIG_ED25519, DIGEST_SHA256 },
		{ "rsa-sha1", SIG_RSA_SHA1, DIGEST_SHA1 },
	};

	r->s->algorithm = value;
	for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
		if (!str_eq(value, str_of(known[i].name)))
			continue;
		r->s->alg = known[i].alg;
		r->s->digest = known[i].digest;
		return CODE_PASS;
	}
	return CODE_ALGORITHM;
}

static enum code
read_base64(struct arena *a, struct str value, struct str *out)
{
	struct buf bytes = BUF_MAX(value.n);

	if (base64_decode(value, BASE64_LOOSE, &bytes, NULL) == 0 && bytes.n > 0)
		*out = arena_str(a, buf_str(&bytes));
	buf_free(&bytes);
	return out->p == NULL ? CODE_TAG_INVALID : CODE_PASS;
}

static enum code
read_bytes(struct reading *r, struct str value)
{
	return read_base64(r->a, value, &r->s->bytes);
}

static enum code
read_body_hash(struct reading *r, struct str value)
{
	return read_base64(r->a, value, &r->s->body_hash);
}

static int
read_canon(struct str word, enum canon *how)
{
	if (str_eq(word, STR("simple")))
		*how = CANON_SIMPLE;
	else if (str_eq(word, STR("relaxed")))
		*how = CANON_RELAXED;
	else
		return -1;
	return 0;
}

static enum code
read_canons(struct reading *r, struct str value)
{
	struct str rest = value, word;

	str_cut(&rest, '/', &word);
	if (read_canon(word, &r->s->header_canon) == -1)
		return CODE_CANONICALIZATION;
	if (rest.p != NULL && read_canon(rest, &r->s->body_canon) == -1)
		return CODE_CANONICALIZATION;
	return CODE_PASS;
}

/* RFC 8616 section 5: a name may be written in U-labels.  Empty when it is none. */
static struct str
alabels(struct arena *a, struct str written)
{
	struct buf name = BUF_MAX(ALABEL_NAME_MAX);
	struct str s = STR("");

	if (alabel_name(written, &name, NULL) == 0)
		s = arena_str(a, buf_str(&name));
	buf_free(&name);
	return s.p == NULL ? STR("") : s;
}

static enum code
read_domain(struct reading *r, struct str value)
{
	r->s->domain = value;
	r->s->host = alabels(r->a, value);
	return is_name(r->s->host, 2) ? CODE_PASS : CODE_TAG_INVALID;
}

static enum code
read_selector(struct reading *r, struct str value)
{
	r->s->selector = value;
	r->selector = alabels(r->a, value);
	return is_name(r->selector, 1) ? CODE_PASS : CODE_TAG_INVALID;
}

static enum code
read_fields(struct reading *r, struct str value)
{
	struct str rest = value, name;
	bool from = false, seal = false;

	r->s->fields = value;
	while (taglist_item(&rest, &name)) {
		from = from || str_caseeq(name, STR("from"));
		seal = seal || str_caseeq(name, STR("arc-seal"));
	}
	if (r->s->kind == SIGNATURE_AMS)
		return seal ? CODE_SIGNS_SEAL : CODE_PASS;
	return from ? CODE_PASS : CODE_FROM_UNSIGNED;
}

static enum code
refuse_fields(struct reading *r, struct str value)
{
	(void)r;
	(void)value;
	return CODE_SEAL_SIGNS_FIELDS;
}

static int
hex_digit(char c)
{
	if (char_is_digit(c))
		return c - '0';
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* RFC 6376 2.11: dkim-quoted-printable: blanks and folds mean nothing, =XX is a byte. */
static struct str
unquoted(struct arena *a, struct str value)
{
	char *out = value.n > LIMIT_IDENTITY ? NULL : arena_alloc(a, value.n + 1);
	size_t n = 0;

	if (out == NULL)
		return (struct str){ NULL, 0 };
	for (size_t i = 0; i < value.n; i++) {
		char c = value.p[i];

		if (char_is_blank(c) || c == '\r' || c == '\n')
			continue;
		if (c == '=') {
			int high = i + 2 < value.n ? hex_digit(value.p[i + 1]) : -1;
			int low = high == -1 ? -1 : hex_digit(value.p[i + 2]);

			if (low == -1)
				return (struct str){ NULL, 0 };
			c = (char)(high << 4 | low);
			i += 2;
		}
		out[n++] = c;
	}
	return (struct str){ out, n };
}

static enum code
read_identity(struct reading *r, struct str value)
{
	struct str part, rest = unquoted(r->a, value);

	if (rest.p == NULL || str_chr(rest, '@') == -1)
		return CODE_TAG_INVALID;
	r->s->identity = rest;
	while (str_chr(rest, '@') != -1)
		str_cut(&rest, '@', &part);
	r->s->identity_host = alabels(r->a, rest);
	if (!is_name(r->s->identity_host, 2))
		return CODE_IDENTITY;
	return alabel_below(r->s->identity_host, r->s->host) ? CODE_PASS : CODE_IDENTITY;
}

unsigned
signature_instance(struct str value)
{
	uint64_t n;

	if (number(value, 2, LIMIT_ARC_SETS + 1, &n) == -1 || n > LIMIT_ARC_SETS)
		return 0;
	return (unsigned)n;
}

static enum code
read_instance(struct reading *r, struct str value)
{
	r->s->instance = signature_instance(value);
	return r->s->instance == 0 ? CODE_INSTANCE : CODE_PASS;
}

static enum code
read_length(struct reading *r, struct str value)
{
	if (number(value, LENGTH_DIGITS, BODYHASH_ALL - 1, &r->s->body_limit) == -1)
		return CODE_TAG_INVALID;
	return CODE_PASS;
}

static enum code
read_query(struct reading *r, struct str value)
{
	(void)r;
	return taglist_has(value, STR("dns/txt")) ? CODE_PASS : CODE_QUERY;
}

static enum code
read_time(struct str value, int64_t *seconds)
{
	uint64_t n;

	if (number(value, TIME_DIGITS, INT64_MAX, &n) == -1)
		return CODE_TAG_INVALID;
	*seconds = (int64_t)n;
	return CODE_PASS;
}

static enum code
read_signed_at(struct reading *r, struct str value)
{
	return read_time(value, &r->s->signed_at);
}

static enum code
read_expires(struct reading *r, struct str value)
{
	if (read_time(value, &r->s->expires) != CODE_PASS)
		return CODE_TAG_INVALID;
	return r->s->expires <= r->s->signed_at ? CODE_TIMES : CODE_PASS;
}

static enum code
read_cv(struct reading *r, struct str value)
{
	static const char *const words[] = { "none", "pass", "fail" };

	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
		if (str_eq(value, str_of(words[i])))
			r->s->cv = words[i];
	return r->s->cv[0] == '-' ? CODE_TAG_INVALID : CODE_PASS;
}

enum {
	DKIM = SIGNATURE_DKIM,
	AMS = SIGNATURE_AMS,
	SEAL = SIGNATURE_SEAL,
};

/* What each tag must be.  d= stands before i=, and t= before x=, which are compared to them. */
static const struct rule {
	const char *tag;
	unsigned in, required, vital; /* kinds; vital: without it nothing can be computed */
	enum code (*read)(struct reading *r, struct str value);
} rules[] = {
	{ "v", DKIM, DKIM, 0, read_version },
	{ "a", DKIM | AMS | SEAL, DKIM | AMS | SEAL, DKIM | AMS | SEAL, read_algorithm },
	{ "b", DKIM | AMS | SEAL, DKIM | AMS | SEAL, DKIM | AMS | SEAL, read_bytes },
	{ "bh", DKIM | AMS, DKIM | AMS, DKIM | AMS, read_body_hash },
	{ "c", DKIM | AMS, 0, DKIM | AMS, read_canons },
	{ "cv", SEAL, SEAL, 0, read_cv },
	{ "d", DKIM | AMS | SEAL, DKIM | AMS | SEAL, DKIM | AMS | SEAL, read_domain },
	{ "s", DKIM | AMS | SEAL, DKIM | AMS | SEAL, DKIM | AMS | SEAL, read_selector },
	{ "h", DKIM | AMS, DKIM | AMS, DKIM | AMS, read_fields },
	{ "h", SEAL, 0, 0, refuse_fields },
	{ "i", DKIM, 0, 0, read_identity },
	{ "i", AMS | SEAL, AMS | SEAL, 0, read_instance },
	{ "l", DKIM | AMS, 0, DKIM | AMS, read_length },
	{ "q", DKIM | AMS, 0, 0, read_query },
	{ "t", DKIM | AMS | SEAL, 0, 0, read_signed_at },
	{ "x", DKIM | AMS, 0, 0, read_expires },
};

static void
apply(const struct rule *rule, struct reading *r, struct str value)
{
	struct signature *s = r->s;
	enum code code = CODE_PASS;

	if ((rule->in & s->kind) == 0)
		return;
	if (value.p != NULL)
		code = rule->read(r, value);
	else if ((rule->required & s->kind) != 0)
		code = CODE_TAG_MISSING;
	if (code < s->code)
		s->code = code;
	/* What is well formed but not allowed can still be computed. */
	if (code <= CODE_QUERY && (rule->vital & s->kind) != 0)
		s->computable = false;
}

static void
name_key(struct reading *r)
{
	struct buf name = BUF_MAX(ALABEL_NAME_MAX);
	struct signature *s = r->s;

	buf_add(&name, r->selector);
	buf_add(&name, STR("._domainkey."));
	buf_add(&name, s->host);
	if (!name.over)
		s->key_name = arena_str(r->a, buf_str(&name));
	buf_free(&name);
	if (s->key_name.p != NULL)
		return;
	s->computable = false;
	if (s->code > CODE_TAG_INVALID)
		s->code = CODE_TAG_INVALID;
}

void
signature_parse(
    struct arena *a, enum signature_kind kind, const struct header *field, struct signature *s)
{
	struct reading r = { .s = s, .a = a };
	struct taglist tags;

	*s = (struct signature){
		.kind = kind,
		.field = field,
		.code = CODE_PASS,
		.computable = true,
		.header_canon = kind == SIGNATURE_SEAL ? CANON_RELAXED : CANON_SIMPLE,
		.body_limit = BODYHASH_ALL,
		.body_hash_number = -1,
		.signed_at = -1,
		.expires = -1,
		.cv = "-",
	};
	if (taglist_parse(field->body, &tags, NULL) == -1) {
		s->code = CODE_SYNTAX;
		s->computable = false;
		return;
	}
	for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++)
		apply(&rules[i], &r, taglist_get(&tags, rules[i].tag));
	if (s->computable)
		name_key(&r);
}
