/* SPDX-License-Identifier: ISC */
#include "dns/policyrecord.h"

static const char *const words[] = {
	[POLICY_INVALID] = "-",
	[POLICY_NONE] = "none",
	[POLICY_QUARANTINE] = "quarantine",
	[POLICY_REJECT] = "reject",
};

const char *
policy_word(enum policy p)
{
	return words[p];
}

/* The value of a tag; .p is NULL when it is absent or there twice. */
static struct str
tag(struct str text, struct str name)
{
	struct str pair, key, value = { NULL, 0 };

	while (str_cut(&text, ';', &pair)) {
		str_cut(&pair, '=', &key);
		if (pair.p == NULL || !str_eq(str_trim(key), name))
			continue;
		if (value.p != NULL)
			return (struct str){ NULL, 0 };
		value = str_trim(pair);
	}
	return value;
}

/* RFC 7489 6.4: v= first, its value exactly so. */
bool
policyrecord_is(struct str text)
{
	struct str pair, key;

	str_cut(&text, ';', &pair);
	str_cut(&pair, '=', &key);
	return pair.p != NULL && str_starts(key, STR("v")) && str_trim(key).n == 1 &&
	       str_eq(str_trim(pair), STR("DMARC1"));
}

static enum policy
policy(struct str value)
{
	for (enum policy p = POLICY_NONE; p <= POLICY_REJECT; p++)
		if (str_caseeq(value, str_of(words[p])))
			return p;
	return POLICY_INVALID;
}

/* RFC 3986 3: a scheme, a colon, and something. */
static bool
is_uri(struct str s)
{
	size_t i = 0;

	while (i < s.n &&
	       (char_is_alpha(s.p[i]) || (i > 0 && (char_is_digit(s.p[i]) || s.p[i] == '+' ||
	                                               s.p[i] == '-' || s.p[i] == '.'))))
		i++;
	return i > 0 && i + 1 < s.n && s.p[i] == ':';
}

static bool
has_uri(struct str list)
{
	struct str item;

	while (str_cut(&list, ',', &item))
		if (is_uri(str_trim(item)))
			return true;
	return false;
}

static enum psd
psd(struct str value)
{
	return str_caseeq(value, STR("y"))   ? PSD_YES
	       : str_caseeq(value, STR("n")) ? PSD_NO
	                                     : PSD_UNSAID;
}

int
policyrecord_parse(struct str text, struct policyrecord *r, struct err *e)
{
	struct str sp = tag(text, STR("sp")), np = tag(text, STR("np"));
	struct str pct = tag(text, STR("pct"));
	uint64_t n;

	*r = (struct policyrecord){
		.p = policy(tag(text, STR("p"))),
		.psd = psd(tag(text, STR("psd"))),
		.strict_dkim = str_caseeq(tag(text, STR("adkim")), STR("s")),
		.strict_spf = str_caseeq(tag(text, STR("aspf")), STR("s")),
		.testing = str_caseeq(tag(text, STR("t")), STR("y")),
		.pct = str_u64(pct, 100, &n) == 0 ? (unsigned)n : 100,
		.reports = has_uri(tag(text, STR("rua"))),
	};
	r->sp = sp.p == NULL ? r->p : policy(sp);
	r->np = np.p == NULL ? r->sp : policy(np);
	if (r->p != POLICY_INVALID && r->sp != POLICY_INVALID)
		return 0;
	r->p = r->sp = r->np = r->reports ? POLICY_NONE : POLICY_INVALID;
	if (!r->reports)
		return err_set(e, ERR_SYNTAX, "RFC 7489 6.6.3: no valid p=, or an invalid sp=");
	return 0;
}
