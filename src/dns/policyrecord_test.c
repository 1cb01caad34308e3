/* SPDX-License-Identifier: ISC */
#include "dns/policyrecord.h"

#include "base/buf.h"
#include "base/test.h"

static const struct {
	/* p sp adkim aspf pct, then of RFC 9989 what is not usual; "other": no such record */
	const char *what, *text, *want;
} rows[] = {
	{ "RFC 7489 B.2.1", "v=DMARC1; p=none; rua=mailto:dmarc-feedback@example.com",
	    "none none r r 100" },
	{ "RFC 7489 B.2.2", "v=DMARC1; p=none; rua=mailto:d@e.com; ruf=mailto:auth-reports@e.com",
	    "none none r r 100" },
	{ "RFC 7489 B.2.4",
	    "v=DMARC1; p=quarantine; rua=mailto:a@example.com,"
	    "mailto:b@thirdparty.example.com!10m; pct=25",
	    "quarantine quarantine r r 25" },
	{ "all", "v=DMARC1;p=reject;sp=quarantine;adkim=s;aspf=s;pct=0",
	    "reject quarantine s s 0" },
	{ "blanks", "v = DMARC1 ; p = reject ; sp = none ;", "reject none r r 100" },
	{ "no blank needed", "v=DMARC1;p=none", "none none r r 100" },
	{ "words have no case", "v=DMARC1; p=REJECT; adkim=S", "reject reject s r 100" },
	{ "RFC 9989 4.7", "v=DMARC1; np=reject; p=none; t=y; psd=n",
	    "none none r r 100 np=reject t psd=n" },
	{ "np is that of sp", "v=DMARC1; p=none; sp=quarantine", "none quarantine r r 100" },
	{ "np is another word", "v=DMARC1; p=none; np=x", "none none r r 100 np=-" },
	{ "np invalid, and sp, but reports", "v=DMARC1; p=reject; sp=x; np=x; rua=mailto:a@b",
	    "none none r r 100" },
	{ "words of RFC 9989 have no case", "v=DMARC1; p=none; t=Y; psd=Y",
	    "none none r r 100 t psd=y" },
	{ "those that are usual", "v=DMARC1; p=none; t=n; psd=u", "none none r r 100" },
	{ "twice", "v=DMARC1; p=none; psd=y; psd=y; t=y; t=y", "none none r r 100" },
	{ "unknown tags", "v=DMARC1; n=reject; p=none; tt=y; psd2=n", "none none r r 100" },
	{ "p later", "v=DMARC1; pct=5; p=reject", "reject reject r r 5" },
	{ "pct is no number", "v=DMARC1; p=reject; pct=many", "reject reject r r 100" },
	{ "pct past 100", "v=DMARC1; p=reject; pct=101", "reject reject r r 100" },
	{ "adkim is another word", "v=DMARC1; p=reject; adkim=strict", "reject reject r r 100" },
	{ "rubbish after it", "v=DMARC1; p=reject; ;;x y=; =", "reject reject r r 100" },
	{ "an = in a value", "v=DMARC1; p=none; rua=mailto:a@b?x=y", "none none r r 100" },
	{ "no p", "v=DMARC1", "invalid" },
	{ "p is another word", "v=DMARC1; p=block", "invalid" },
	{ "p twice", "v=DMARC1; p=none; p=reject", "invalid" },
	{ "names have a case", "v=DMARC1; P=none", "invalid" },
	{ "sp is another word", "v=DMARC1; p=reject; sp=", "invalid" },
	{ "no p, but reports", "v=DMARC1; rua=mailto:a@b", "none none r r 100" },
	{ "sp invalid, but reports", "v=DMARC1; p=reject; sp=x; rua=x, mailto:a@b",
	    "none none r r 100" },
	{ "reports to nowhere", "v=DMARC1; rua=a@b", "invalid" },
	{ "reports to a mere scheme", "v=DMARC1; rua=mailto:", "invalid" },
	{ "v is not first", "p=none; v=DMARC1", "other" },
	{ "another version", "v=DMARC2; p=none", "other" },
	{ "v has a case", "v=dmarc1; p=none", "other" },
	{ "more behind it", "v=DMARC1 p=none", "other" },
	{ "a blank before it", " v=DMARC1; p=none", "other" },
	{ "SPF", "v=spf1 -all", "other" },
	{ "nothing", "", "other" },
};

static void
show(struct buf *out, const struct policyrecord *r)
{
	static const char *const psd[] = {
		[PSD_UNSAID] = "",
		[PSD_YES] = " psd=y",
		[PSD_NO] = " psd=n",
	};

	buf_printf(out, "%s %s %c %c %u", policy_word(r->p), policy_word(r->sp),
	    r->strict_dkim ? 's' : 'r', r->strict_spf ? 's' : 'r', r->pct);
	if (r->np != r->sp)
		buf_printf(out, " np=%s", policy_word(r->np));
	buf_printf(out, "%s%s", r->testing ? " t" : "", psd[r->psd]);
}

static void
records(void **state)
{
	(void)state;
	for (size_t i = 0; i < TEST_ROWS(rows); i++) {
		struct str text = str_of(rows[i].text);
		struct buf got = BUF_MAX(100);
		struct policyrecord r;

		if (!policyrecord_is(text))
			buf_add(&got, STR("other"));
		else if (policyrecord_parse(text, &r, NULL) == -1)
			buf_add(&got, STR("invalid"));
		else
			show(&got, &r);
		test_str(rows[i].what, buf_str(&got), rows[i].want);
		buf_free(&got);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(records),
	};

	return cmocka_run_group_tests_name("dns/policyrecord", tests, NULL, NULL);
}
