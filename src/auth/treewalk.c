/* SPDX-License-Identifier: ISC */
#include "auth/treewalk.h"

#include "base/limits.h"
#include "dns/name.h"
#include "dns/packet.h"

/* The TXT records at a name, in a; PACKET_MALFORMED when the DNS did not say, or not yet. */
static enum packet_answer
ask(struct verifier *v, struct str name, struct arena *a, struct str **values, size_t *n)
{
	const struct dns_answer *answer = evidence_find(v->evidence, name, DNS_TXT);

	*n = 0;
	if (answer == NULL)
		needs_add(v->needs, name, DNS_TXT);
	if (answer == NULL || answer->outcome == DNS_FAILED || answer->security == DNS_BOGUS)
		return PACKET_MALFORMED;
	return packet_txt(a, answer->packet, name, values, n, NULL);
}

/* .p NULL when that would be longer than a name can be. */
static struct str
policy_name(struct arena *a, struct str domain)
{
	struct buf name = BUF_MAX(sizeof "_dmarc." + DNS_NAME_MAX);
	struct str copy = { NULL, 0 };
	struct dns_name wire;

	buf_printf(&name, "_dmarc.%.*s", STR_FMT(domain));
	if (dns_name_parse(buf_str(&name), &wire, NULL) == 0)
		copy = arena_str(a, buf_str(&name));
	buf_free(&name);
	return copy;
}

int
treewalk_record(struct verifier *v, struct str domain, struct policyrecord *record)
{
	struct str name = policy_name(v->arena, domain), *values;
	struct arena *a;
	size_t n;
	int found = 0;

	if (name.p == NULL)
		return 0;
	a = arena_new(LIMIT_ANSWER);
	if (ask(v, name, a, &values, &n) == PACKET_MALFORMED)
		found = -1;
	for (size_t i = 0; i < n && found < 2; i++)
		if (policyrecord_is(values[i]) && ++found == 1)
			policyrecord_parse(values[i], record, NULL);
	arena_free(a);
	return found;
}

int
treewalk_exists(struct verifier *v, struct str domain)
{
	struct arena *a = arena_new(LIMIT_ANSWER);
	struct str *values;
	size_t n;
	enum packet_answer answer = ask(v, domain, a, &values, &n);

	arena_free(a);
	return answer == PACKET_MALFORMED ? -1 : answer != PACKET_NXDOMAIN;
}

/* Steps 4 and 7: without the first label; of a long name what leaves room to go on to its end. */
static struct str
next_target(struct str name)
{
	struct str label;
	size_t labels = 1;

	for (size_t i = 0; i < name.n; i++)
		labels += name.p[i] == '.';
	do
		str_cut(&name, '.', &label);
	while (--labels >= LIMIT_TREE_WALK);
	return name;
}

/* The domain one label below `above` on the way to the name. */
static struct str
one_below(struct str name, struct str above)
{
	size_t i = name.n - above.n - 1;

	while (i > 0 && name.p[i - 1] != '.')
		i--;
	return str_from(name, i);
}

/* All is asked at once: a record that ends the walk early is rare. */
int
treewalk(struct verifier *v, struct str name, struct treewalk *w)
{
	bool open = false;

	*w = (struct treewalk){ .organizational = name };
	for (struct str at = name; at.n > 0; at = next_target(at)) {
		struct policyrecord record;
		int found = treewalk_record(v, at, &record);

		open = open || found == -1;
		if (found != 1)
			continue;
		w->organizational = at;
		if (record.psd == PSD_YES && at.n < name.n) {
			w->organizational = one_below(name, at);
			w->suffix = at;
		}
		if (record.psd != PSD_UNSAID)
			break;
	}
	if (open)
		*w = (struct treewalk){ .organizational = { NULL, 0 } };
	return open ? -1 : 0;
}
