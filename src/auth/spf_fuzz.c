/* SPDX-License-Identifier: ISC */
/*
 * Whatever is published, the evaluation ends within its rounds and questions, asks nothing twice,
 * says the same of the same evidence, and does not say that a record passes that cannot be read.
 *
 * The data: a line for the sender and the HELO name, then a TXT value each line, given out in turn.
 * The other questions are answered by a sum of their name.
 */
#include "auth/spf.h"

#include <stdlib.h>

#include "auth/spf_record.h"
#include "dns/name.h"
#include "dns/packet.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
	/* Records of ten includes, ten names and as many addresses a term, of PTR, an explanation. */
	QUESTIONS_MAX = 1 + 10 * 11 + 11 + 1,
};

static void
add_txt(struct buf *packet, const struct dns_name *owner, struct str text)
{
	struct buf rdata = BUF_MAX(1 << 16);

	for (; text.n > 0; text = str_from(text, 255)) {
		buf_byte(&rdata, (char)str_head(text, 255).n);
		buf_add(&rdata, str_head(text, 255));
	}
	if (rdata.n > 0)
		packet_add(packet, owner, DNS_TXT, buf_str(&rdata));
	buf_free(&rdata);
}

static void
add_names(struct buf *packet, const struct dns_name *owner, enum dns_type type, unsigned sum)
{
	for (unsigned i = 0; i < sum % 13; i++) {
		struct buf rdata = BUF_MAX(300);

		if (type == DNS_MX)
			buf_u16be(&rdata, 1);
		buf_byte(&rdata, 1);
		buf_byte(&rdata, (char)('a' + i));
		buf_add(&rdata, str_bytes(owner->b, sum % 2 && owner->n < 250 ? owner->n : 1));
		if (sum % 2 == 0 || owner->n >= 250)
			rdata.p[rdata.n - 1] = 0;
		packet_add(packet, owner, type, buf_str(&rdata));
		buf_free(&rdata);
	}
}

static struct dns_answer
answer(struct arena *a, const struct need *need, struct str *texts)
{
	struct dns_answer out = { .name = need->name, .type = need->type, .outcome = DNS_ANSWERED };
	struct buf packet = BUF_MAX(1 << 16);
	struct dns_name name;
	unsigned sum = 0;
	struct str line;

	for (size_t i = 0; i < need->name.n; i++)
		sum = sum * 31 + (uint8_t)need->name.p[i];
	if (dns_name_parse(need->name, &name, NULL) == -1)
		abort();
	packet_begin(&packet, &name, (uint16_t)need->type, DNS_NOERROR);
	if (need->type == DNS_TXT && str_line(texts, &line))
		add_txt(&packet, &name, line);
	else if (need->type == DNS_MX || need->type == DNS_PTR)
		add_names(&packet, &name, need->type, sum);
	else if (need->type == DNS_A && sum % 3 > 0)
		packet_add(
		    &packet, &name, DNS_A, sum % 3 == 1 ? STR("\xc0\0\2\1") : STR("\xc0\0\2"));
	out.packet = arena_str(a, buf_str(&packet));
	if (sum % 17 == 0)
		out.outcome = DNS_FAILED;
	buf_free(&packet);
	return out;
}

static void
check_result(const struct spf_result *r, const struct spf_result *again)
{
	struct spf_modifiers m;

	if (r->code != again->code || !str_eq(r->mechanism, again->mechanism) ||
	    !str_eq(r->explanation, again->explanation))
		abort();
	if (r->mechanism.n > 0 && spf_record_check(r->mechanism, &m, NULL) == -1)
		abort();
	for (size_t i = 0; i < r->explanation.n; i++)
		if (r->explanation.p[i] < ' ' || r->explanation.p[i] > '~')
			abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct dns_answer answers[QUESTIONS_MAX];
	struct str texts = str_bytes(data, size), first = { NULL, 0 };
	struct arena *a = arena_new(1 << 26);
	struct evidence ev = { answers, 0 };
	struct spf_result r, again;
	struct needs needs = { .n = 1 };
	struct spf_session session;

	str_line(&texts, &first);
	session.ip = (struct ip){ 4, { 192, 0, 2, 1 } };
	str_cut(&first, ' ', &session.mailfrom);
	session.helo = first;
	for (int round = 0; needs.n > 0; round++) {
		needs.n = 0;
		spf_check(a, &session, &ev, 0, &needs, &r);
		if (round > SPF_ROUNDS)
			abort();
		for (size_t i = 0; i < needs.n; i++) {
			if (ev.n == QUESTIONS_MAX ||
			    evidence_find(&ev, needs.need[i].name, needs.need[i].type) != NULL)
				abort();
			answers[ev.n++] = answer(a, &needs.need[i], &texts);
		}
	}
	spf_check(a, &session, &ev, 0, &needs, &again);
	check_result(&r, &again);
	arena_free(a);
	return 0;
}
