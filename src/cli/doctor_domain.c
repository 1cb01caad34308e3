/* SPDX-License-Identifier: ISC */
/*
 * doctor_domain: what a sender's domain publishes, and what it should.  A worker reads it; this
 * process knows the names of keys to look for, and says what it is told.
 */
#include <string.h>

#include "base/limits.h"
#include "cli/dns_worker.h"
#include "cli/doctor.h"
#include "dns/keyrecord.h"
#include "dns/packet.h"
#include "store/evidence.h"
#include "store/store.h"

enum {
	HOPS_MAX = 16, /* as dns/packet.h follows */
	NAME_LONGEST = 512,
	KEYS_MAX = 64 << 10, /* bytes of the names of keys: a domain has a dozen */
};

/* Where providers put their keys; of nobody's list, just seen often in DKIM-Signature fields. */
static const char *const usual_selectors[] = {
	"google",
	"selector1",
	"selector2",
	"default",
	"dkim",
	"mail",
	"s1",
	"s2",
	"k1",
	"k2",
	"k3",
	"mxvault",
	"protonmail",
	"protonmail2",
	"protonmail3",
	"fm1",
	"fm2",
	"fm3",
	"zoho",
	"smtp",
};

static struct str
below(char out[NAME_LONGEST], const char *label, const char *domain)
{
	snprintf(out, NAME_LONGEST, "%s.%s", label, domain);
	return str_of(out);
}

/* ---- DNSSEC ---- */

static void
check_signed(struct doctor *d, const char *domain)
{
	const struct dns_answer *soa = doctor_ask(d, str_of(domain), DNS_SOA);

	if (soa == NULL)
		doctor_say(d, ADVICE_MEND, "dns", domain, "check the name servers",
		    "no answer, or one whose signatures are wrong");
	else if (soa->security == DNS_SECURE)
		doctor_say(d, ADVICE_GOOD, "dns", domain, NULL,
		    "the zone is signed: keys in it can be proven for good");
	else
		doctor_say(d, ADVICE_LOOK, "dns", domain,
		    "turn DNSSEC on at the DNS provider, and the DS record at the registrar",
		    "the zone is not signed: that a key was published stands on who saw it");
}

/* ---- SPF (RFC 7208) and DMARC (RFC 7489) ---- */

/* The values that begin with `version`; the first of them in *found. */
static size_t
policies(struct doctor *d, struct arena *a, struct str name, struct str version, struct str *found)
{
	struct str *values;
	size_t n = doctor_txt(d, a, name, &values), k = 0;

	for (size_t i = 0; i < n; i++)
		if (str_starts(values[i], version) && k++ == 0)
			*found = values[i];
	return k;
}

static void
check_spf(struct doctor *d, struct arena *a, const char *domain)
{
	struct str spf;
	size_t n = policies(d, a, str_of(domain), STR("v=spf1"), &spf);

	if (n == 0)
		doctor_say(d, ADVICE_LOOK, "spf", domain,
		    "publish TXT \"v=spf1 include:<your provider's> -all\"",
		    "no policy: anybody may send in its name as far as SPF goes");
	else if (n > 1)
		doctor_say(d, ADVICE_MEND, "spf", domain, "join them into one",
		    "%zu policies; RFC 7208 section 4.5 makes that an error", n);
	else if (str_ends(spf, STR("+all")) || str_ends(spf, STR(" all")))
		doctor_say(d, ADVICE_MEND, "spf", domain, "end it with -all or ~all",
		    "allows everybody: %.*s", STR_FMT(spf));
	else
		doctor_say(d, ADVICE_GOOD, "spf", domain, NULL, "%.*s", STR_FMT(spf));
}

static bool
has_tag(struct str policy, struct str tag)
{
	struct str part;

	while (str_cut(&policy, ';', &part))
		if (str_eq(str_trim(part), tag))
			return true;
	return false;
}

static void
check_dmarc(struct doctor *d, struct arena *a, const char *domain)
{
	char name[NAME_LONGEST];
	struct str dmarc;
	size_t n = policies(d, a, below(name, "_dmarc", domain), STR("v=DMARC1"), &dmarc);

	if (n == 0)
		doctor_say(d, ADVICE_LOOK, "dmarc", domain,
		    "publish TXT \"v=DMARC1; p=quarantine; rua=mailto:...\" at _dmarc",
		    "no policy: a receiver need not ask for a signature of this domain");
	else if (n > 1)
		doctor_say(d, ADVICE_MEND, "dmarc", domain, "leave one",
		    "%zu policies; RFC 7489 section 6.6.3 then applies none", n);
	else if (has_tag(dmarc, STR("p=none")))
		doctor_say(d, ADVICE_LOOK, "dmarc", domain, "p=quarantine, when reports are clean",
		    "only reports: %.*s", STR_FMT(dmarc));
	else
		doctor_say(d, ADVICE_GOOD, "dmarc", domain, NULL, "%.*s", STR_FMT(dmarc));
}

/* ---- DKIM keys ---- */

/* The aliases on the way to the key, as text: " -> a -> b"; "" when there is none. */
static void
hops(const struct dns_answer *answer, struct buf *out)
{
	struct packet p;
	struct dns_rr rr;
	struct err e = { 0 };

	if (packet_open(answer->packet, &p, &e) == -1)
		return;
	for (size_t n = 0; n < HOPS_MAX && packet_next(&p, &rr, &e) == 1;) {
		struct dns_name target;
		size_t at = rr.rdata_at;

		if (rr.type != DNS_CNAME || dns_name_unpack(p.bytes, &at, &target, &e) == -1)
			continue;
		buf_add(out, STR(" -> "));
		dns_name_text(&target, out);
		n++;
	}
}

static void
say_key(struct doctor *d, const char *name, const struct keyrecord *k, struct str way)
{
	unsigned bits = k->kind == KEYRECORD_KEY ? pubkey_bits(&k->key) : 0;
	const char *mend = "publish a key of 2048 bits, or Ed25519 beside it, and sign with it";

	if (k->kind == KEYRECORD_REVOKED)
		doctor_say(
		    d, ADVICE_LOOK, "dkim", name, NULL, "revoked (p= is empty)%.*s", STR_FMT(way));
	else if (k->kind != KEYRECORD_KEY)
		doctor_say(d, ADVICE_MEND, "dkim", name, "publish it again, in one TXT record",
		    "no key can be read from it (RFC 6376 section 3.6.1)%.*s", STR_FMT(way));
	else if (k->key.type == KEY_RSA && bits < 1024)
		doctor_say(d, ADVICE_MEND, "dkim", name, mend,
		    "RSA of %u bits: RFC 8301 section 3.2 refuses it%.*s", bits, STR_FMT(way));
	else if (k->key.type == KEY_RSA && bits < 2048)
		doctor_say(d, ADVICE_LOOK, "dkim", name, mend,
		    "RSA of %u bits: weak evidence in ten years%.*s", bits, STR_FMT(way));
	else if (k->testing)
		doctor_say(d, ADVICE_LOOK, "dkim", name, "take t=y out",
		    "still says that it is a test (t=y)%.*s", STR_FMT(way));
	else
		doctor_say(d, ADVICE_GOOD, "dkim", name, NULL, "%s, %u bits%.*s",
		    k->key.type == KEY_RSA ? "RSA" : "Ed25519", bits, STR_FMT(way));
}

/* True when there is something at this selector. */
static bool
check_selector(struct doctor *d, const char *name, bool wanted)
{
	const struct dns_answer *answer = doctor_ask(d, str_of(name), DNS_TXT);
	struct arena *a = arena_new(LIMIT_DNS_PACKET * 4);
	struct keyrecord k = { .kind = KEYRECORD_BROKEN };
	struct buf way = BUF_MAX(HOPS_MAX * NAME_LONGEST);
	struct err e = { 0 };
	struct str *values;
	size_t n = 0;

	if (answer != NULL &&
	    packet_txt(a, answer->packet, str_of(name), &values, &n, &e) == PACKET_FOUND)
		hops(answer, &way);
	for (size_t i = 0; i < n && k.kind != KEYRECORD_KEY; i++)
		keyrecord_parse(a, values[i], &k);
	if (n > 0)
		say_key(d, name, &k, buf_str(&way));
	else if (wanted)
		doctor_say(d, ADVICE_MEND, "dkim", name, "publish the key, or sign with another",
		    "no key there");
	buf_free(&way);
	arena_free(a);
	return n > 0;
}

/* keys: names where one should be, each with its NUL. */
static void
check_dkim(struct doctor *d, const char *domain, struct str keys)
{
	char label[NAME_LONGEST], name[NAME_LONGEST];
	struct str key;
	size_t found = 0;

	while (str_cut(&keys, '\0', &key) && key.n > 0)
		found += check_selector(d, key.p, true);
	for (size_t i = 0; found == 0 && i < sizeof usual_selectors / sizeof usual_selectors[0];
	     i++) {
		snprintf(label, sizeof label, "%s._domainkey", usual_selectors[i]);
		below(name, label, domain);
		found += check_selector(d, name, false);
	}
	if (found == 0)
		doctor_say(d, ADVICE_MEND, "dkim", domain,
		    "turn DKIM on at the mail provider; if it is, name its selector: --selector "
		    "(s= in a DKIM-Signature field of a sent mail)",
		    "no key found at the usual selectors: its mail may be unsigned");
}

struct question {
	struct doctor *doctor;
	const char *domain;
	struct buf keys;
};

/* As struct dns_task wants it. */
static int
examine_domain(void *question, int asker, int fd, struct buf *told, struct err *e)
{
	const struct question *q = question;
	struct arena *a = arena_new(LIMIT_DNS_PACKET * 16);
	struct doctor d = *q->doctor;

	(void)fd;
	(void)e;
	d.told = told;
	channel_open(&d.dns.channel, asker);
	check_signed(&d, q->domain);
	check_dkim(&d, q->domain, buf_str(&q->keys));
	check_spf(&d, a, q->domain);
	check_dmarc(&d, a, q->domain);
	arena_free(a);
	return 0;
}

/* ---- who asks ---- */

/* The keys of this domain that were used in filed mail. */
static void
add_ledger(const struct doctor *d, const char *domain, struct buf *keys)
{
	struct err e = { 0 };
	struct store *s = store_open(d->conf->state, d->conf->published, STORE_READ, &e);
	struct buf owner = BUF_MAX(NAME_LONGEST);
	char tail[NAME_LONGEST];

	if (s == NULL)
		return; /* there is no log yet */
	snprintf(tail, sizeof tail, "._domainkey.%s", domain);
	while (!keys->over && evidence_next_owner(store_db(s), str_of(tail), &owner, &e) == 1)
		buf_printf(keys, "%.*s%c", STR_FMT(buf_str(&owner)), '\0');
	buf_free(&owner);
	store_close(s);
}

int
doctor_domain(struct doctor *d, const char *domain, char **selectors, size_t n, struct err *e)
{
	struct question q = { d, domain, BUF_MAX(KEYS_MAX) };
	const struct dns_source source = { .ask = d->ask };
	const struct dns_task task = { examine_domain, &q, -1, 0 };
	struct buf told = BUF_MAX(LIMIT_POOL_RESULT);
	int rc;

	for (size_t i = 0; i < n; i++)
		buf_printf(&q.keys, "%.200s._domainkey.%.255s%c", selectors[i], domain, '\0');
	add_ledger(d, domain, &q.keys);
	rc = dns_worker(&source, &task, &told, e);
	if (rc == 0)
		rc = doctor_hear(d, buf_str(&told), e);
	buf_free(&q.keys);
	buf_free(&told);
	return rc;
}
