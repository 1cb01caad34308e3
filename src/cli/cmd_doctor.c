/* SPDX-License-Identifier: ISC */
#include "cli/doctor.h"
#include "dns/packet.h"

enum {
	SELECTORS_MAX = 16,
};

/* ---- the DNS, one question at a time ---- */

const struct dns_answer *
doctor_ask(struct doctor *d, struct str name, enum dns_type type)
{
	struct needs needs = { .n = 0 };
	struct evidence ev;
	struct err e = { 0 };

	if (d->ask == NULL)
		return NULL;
	ask_begin(&d->dns);
	needs_add(&needs, name, type);
	if (ask_fill(&d->dns, &needs, &ev, &e) == -1 || ev.n == 0 ||
	    ev.answers[0].outcome != DNS_ANSWERED)
		return NULL;
	return &ev.answers[0];
}

size_t
doctor_txt(struct doctor *d, struct arena *a, struct str name, struct str **values)
{
	const struct dns_answer *answer = doctor_ask(d, name, DNS_TXT);
	struct err e = { 0 };
	size_t n;

	if (answer == NULL || packet_txt(a, answer->packet, name, values, &n, &e) != PACKET_FOUND)
		return 0;
	return n;
}

/* The root is signed: who does not see that sees no signature at all. */
void
doctor_dnssec(struct doctor *d)
{
	const struct dns_answer *root = doctor_ask(d, STR("."), DNS_NS);

	if (root == NULL)
		doctor_say(d, ADVICE_MEND, "dns", NULL,
		    "set [dns] resolver to one that answers, or start the local one",
		    "no resolver answered a question for the root");
	else if (root->security != DNS_SECURE)
		doctor_say(d, ADVICE_MEND, "dns", NULL,
		    "use a resolver that passes DNSSEC on (unbound on this host will), and a "
		    "current [dns] trust_anchor (package dns-root-data)",
		    "answers come without their DNSSEC signatures: no key will have a proof");
	else
		doctor_say(d, ADVICE_GOOD, "dns", NULL, NULL, "DNSSEC reaches us");
}

/* ---- the command ---- */

static int
summary(const struct doctor *d)
{
	if (!d->json)
		printf("%u good, %u to look at, %u to mend\n", d->said[ADVICE_GOOD],
		    d->said[ADVICE_LOOK], d->said[ADVICE_MEND]);
	return d->said[ADVICE_MEND] == 0 ? EX_OK : 1;
}

static void
open_ask(struct doctor *d)
{
	struct err e = { 0 };

	d->ask = ask_new(d->conf, &e);
	if (d->ask == NULL)
		doctor_say(
		    d, ADVICE_MEND, "dns", NULL, "see [dns] in mailseal.conf(5)", "%s", e.text);
}

static int
examine_all(struct doctor *d, struct err *e)
{
	doctor_host(d);
	if (d->ask != NULL && ask_open(&d->dns, d->ask, e) == -1)
		return -1;
	if (d->ask != NULL)
		doctor_dnssec(d);
	for (size_t i = 0; i < d->conf->n_mailboxes; i++)
		doctor_mailbox(d, &d->conf->mailbox[i]);
	if (d->ask != NULL)
		ask_close(&d->dns);
	return 0;
}

int
cmd_doctor(struct cli *c, int argc, char **argv)
{
	static const struct option options[] = {
		{ "domain", required_argument, NULL, 'd' },
		{ "selector", required_argument, NULL, 's' },
		{ "json", no_argument, NULL, 'j' },
		{ NULL, 0, NULL, 0 },
	};
	struct doctor d = { .cli = c };
	const char *domain = NULL;
	char *selector[SELECTORS_MAX];
	struct err e = { 0 };
	size_t n = 0;
	int o, rc = 0;

	while ((o = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (o == 'd')
			domain = optarg;
		else if (o == 's' && n < SELECTORS_MAX)
			selector[n++] = optarg;
		else if (o == 'j')
			d.json = true;
		else
			return cli_usage("doctor", false);
	}
	if (optind != argc || (n > 0 && domain == NULL))
		return cli_usage("doctor", false);
	d.conf = cli_conf(c, &e);
	if (d.conf == NULL)
		return cli_fail(&e);
	open_ask(&d);
	if (domain == NULL)
		rc = examine_all(&d, &e);
	else if (d.ask != NULL)
		rc = doctor_domain(&d, domain, selector, n, &e);
	ask_free(d.ask);
	return rc == -1 ? cli_fail(&e) : summary(&d);
}
