/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "base/limits.h"
#include "cli/audit.h"
#include "store/evidence.h"
#include "store/inspect.h"
#include "store/ledger.h"

/* ---- the record, and its row ---- */

/* NULL when the row says the same; else what differs. */
static const char *
row_differs(const struct store_record *r, const struct record *p, struct str origin)
{
	struct grammar_line of;
	int64_t about = -1;

	if (grammar_find(p->body, "of", &of))
		about = (int64_t)grammar_number(of.arg[0]);
	if (p->head.seq != r->seq)
		return "the record is of another place";
	if (!str_eq(p->head.origin, origin))
		return "the record is of another log";
	if (!str_eq(str_of(record_kind_word(p->head.kind)), r->kind))
		return "kind";
	if (p->head.time_ms != (uint64_t)r->time_ms)
		return "time";
	if (p->head.has_object != (r->object.pack != 0))
		return "whether it has an object";
	if (r->of != -1 && r->of != about)
		return "which record it is about";
	return NULL;
}

/* ---- what a record names is there ---- */

static int
find_message(struct audit *a, const struct record *p, struct err *e)
{
	struct grammar_line of, sum;
	struct store_record r;
	int rc;

	if (!grammar_find(p->body, "of", &of) || !grammar_find(p->body, "message-record", &sum))
		return 0;
	rc = store_get(a->store, grammar_number(of.arg[0]), &r, e);
	if (rc != -1 && (rc == 0 || !hash_eq(r.sha256, grammar_hash(sum.arg[0]))))
		audit_say_record(
		    a, AUDIT_CHAIN, p->head.seq, "the message it is of is not that record");
	return rc == -1 ? -1 : 0;
}

static int
find_packet(struct audit *a, uint64_t seq, struct hash sha256, struct err *e)
{
	struct buf packet = BUF_MAX(LIMIT_DNS_PACKET);
	int rc = evidence_get(store_db(a->store), sha256, &packet, e);

	buf_free(&packet);
	if (rc == 0)
		audit_say_record(a, AUDIT_EVIDENCE, seq, "a packet that it names is missing");
	return rc == -1 ? -1 : 0;
}

static int
find_key(struct audit *a, uint64_t seq, struct hash sha256, struct err *e)
{
	struct store_record r;
	int rc = store_by_hash(a->store, sha256, &r, e);

	if (rc == 0)
		audit_say_record(a, AUDIT_EVIDENCE, seq, "a key record that it names is missing");
	return rc == -1 ? -1 : 0;
}

static int
find_named(struct audit *a, const struct record *p, struct err *e)
{
	struct str rest = p->body, hash;
	struct grammar_line l;
	int rc = 0;

	while (rc == 0 && grammar_next(&rest, &l)) {
		bool signature = str_eq(l.name, STR("dkim")) || str_eq(l.name, STR("ams")) ||
		                 str_eq(l.name, STR("seal"));

		if (l.n == 0)
			continue;
		hash = l.arg[signature ? l.n - 1 : str_eq(l.name, STR("evidence"))];
		if (str_eq(hash, STR("-")))
			continue;
		if (signature)
			rc = find_key(a, p->head.seq, grammar_hash(hash), e);
		else if (str_eq(l.name, STR("evidence")) || str_eq(l.name, STR("answer")))
			rc = find_packet(a, p->head.seq, grammar_hash(hash), e);
	}
	return rc;
}

/* ---- the mailbox tables ---- */

static int
check_ledger(struct audit *a, const struct record *p, struct err *e)
{
	struct ledger_message filed;
	struct record_message m;
	int rc = ledger_get(store_db(a->store), p->head.seq, &filed, e);

	if (rc == -1)
		return -1;
	record_message_read(p, &m);
	if (rc == 0)
		audit_say_record(a, AUDIT_LEDGER, p->head.seq, "no row of table message");
	else if (filed.uid != m.uid || filed.uidvalidity != m.uidvalidity)
		audit_say_record(a, AUDIT_LEDGER, p->head.seq, "another UID or UIDVALIDITY");
	if (m.has_previous && m.previous >= p->head.seq)
		audit_say_record(a, AUDIT_LEDGER, p->head.seq, "previous is not before it");
	return 0;
}

int
audit_record(struct audit *a, const struct store_record *r, struct record *parsed, bool *readable,
    struct err *e)
{
	const char *differs;
	struct err why = { 0 };

	if (!hash_eq(record_hash(r->bytes), r->sha256))
		audit_say_record(a, AUDIT_RECORD_HASH, r->seq, NULL);
	*readable = record_parse(r->bytes, parsed, &why) == 0;
	if (!*readable) {
		audit_say_record(a, AUDIT_RECORD_TEXT, r->seq, why.text);
		return 0;
	}
	differs = row_differs(r, parsed, store_identity(a->store)->origin);
	if (differs != NULL)
		audit_say_record(a, AUDIT_RECORD_ROW, r->seq, differs);
	if (!hash_eq(parsed->head.log_previous, a->last))
		audit_say_record(a, AUDIT_CHAIN, r->seq, "log-previous");
	if (find_named(a, parsed, e) == -1 || find_message(a, parsed, e) == -1)
		return -1;
	return parsed->head.kind == RECORD_MESSAGE ? check_ledger(a, parsed, e) : 0;
}

int
audit_evidence(struct audit *a, struct err *e)
{
	struct buf packet = BUF_MAX(LIMIT_DNS_PACKET), name = BUF_MAX(LEDGER_NAME_MAX + 1);
	struct str after = STR("");
	struct hash sum;
	int rc;

	while ((rc = inspect_evidence(a->store, after, &sum, &packet, e)) == 1) {
		if (!hash_eq(sha256(buf_str(&packet)), sum))
			audit_say(a, AUDIT_EVIDENCE, "table evidence", "a packet was changed");
		after = hash_str(&sum);
	}
	if (rc == 0)
		rc = inspect_mailbox(a->store, &name, e);
	if (rc == 1) {
		buf_byte(&name, '\0');
		audit_say(a, AUDIT_LEDGER, "table mailbox", name.p);
	}
	buf_free(&packet);
	buf_free(&name);
	return rc == -1 ? -1 : 0;
}
