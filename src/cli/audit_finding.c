/* SPDX-License-Identifier: ISC */
#include <inttypes.h>

#include "base/hex.h"
#include "base/json.h"
#include "cli/audit.h"
#include "cli/cli.h"

#define FROM_BACKUP                                                               \
	"Stop mailseald, keep the state directory as it is for whoever examines " \
	"this, and bring back the newest backup whose audit finds nothing (mailseal restore)."

static const struct {
	const char *word, *what, *means, *mend;
} codes[AUDIT_CODES] = {
	[AUDIT_DATABASE] = { "database", "SQLite finds its own file damaged",
	    "A disk or a person changed bytes of db.sqlite.", FROM_BACKUP },
	[AUDIT_RECORD_HASH] = { "record-hash", "the record is not what was sealed",
	    "Its bytes were changed after sealing; what the log fixed is its hash.", FROM_BACKUP },
	[AUDIT_RECORD_TEXT] = { "record-text", "the record does not follow its grammar",
	    "Nothing can be shown from it.", FROM_BACKUP },
	[AUDIT_RECORD_ROW] = { "record-row", "the database says other things than the record",
	    "Lists may be wrong; the record itself is as sealed.", FROM_BACKUP },
	[AUDIT_CHAIN] = { "chain", "the record does not follow the one before",
	    "A record was put in, left out or changed here.", FROM_BACKUP },
	[AUDIT_LEDGER] = { "ledger", "the mailbox tables do not agree with the records",
	    "Mail could be filed twice, or be taken as filed.", FROM_BACKUP },
	[AUDIT_EVIDENCE] = { "evidence", "a DNS answer is missing or changed",
	    "Messages that rest on it cannot be exported whole.", FROM_BACKUP },
	[AUDIT_CHECKPOINT] = { "checkpoint", "a checkpoint is not of these records",
	    "The records, or a checkpoint, are not what this log signed.", FROM_BACKUP },
	[AUDIT_EDGE] = { "edge", "the tree's right edge is not that of the records",
	    "The next checkpoint would be false, and be refused by the signer.", FROM_BACKUP },
	[AUDIT_SIGNER] = { "signer", "the signer signed what is not here",
	    "An older state was put back, or records are lost; nothing more will be signed.",
	    "Bring back the newest state or backup; see \"After a restore\" in mailseal(1)." },
	[AUDIT_PUBLISHED] = { "published", "the published checkpoint is not the log's",
	    "Who reads the published copy is shown another log.",
	    "Find out who changed it, remove the file, and start mailseald: it writes its own." },
	[AUDIT_TILE] = { "tile", "a published tile is missing or changed",
	    "Who follows the published copy cannot check it.",
	    "Find out who changed it, remove the tiles, and start mailseald: it writes them "
	    "again from the records." },
	[AUDIT_UNEXPLAINED] = { "unexplained", "something published has no record",
	    "A leaf that cannot be opened: another history was published here, or records are "
	    "lost.",
	    "Look for a newer state or backup; without one, say so to whoever relies on this "
	    "log." },
	[AUDIT_OBJECT] = { "object", "the encrypted message is missing or changed",
	    "It cannot be read from here, even with the key.", FROM_BACKUP },
	[AUDIT_SLOT] = { "slot", "a custodian cannot open the record",
	    "He cannot read it; without any slot nobody can.",
	    "Bring slots/ back from a backup that has it; another custodian may still read it." },
	[AUDIT_CONTENT] = { "content", "what was decrypted is not what was sealed",
	    "The commitments of the record do not open: it cannot be exported.", FROM_BACKUP },
};

static void
say_json(const struct audit *a, enum audit_code code, const char *where, const char *why)
{
	struct buf out = BUF_MAX(16384);
	struct json j = json_to(&out);

	json_open(&j, NULL, '{');
	json_str(&j, "finding", str_of(codes[code].word));
	json_str(&j, "where", str_of(where));
	json_str(&j, "what", str_of(codes[code].what));
	if (why != NULL)
		json_str(&j, "why", str_of(why));
	json_str(&j, "means", str_of(codes[code].means));
	json_str(&j, "do", str_of(codes[code].mend));
	json_close(&j, '}');
	fprintf(a->out, "%.*s\n", STR_FMT(buf_str(&out)));
	buf_free(&out);
}

/* What it means, and what to do, once a kind. */
static void
say_text(const struct audit *a, enum audit_code code, const char *where, const char *why)
{
	fprintf(a->out, "%s: ", codes[code].word);
	cli_print(a->out, str_of(where));
	fprintf(a->out, ": %s", codes[code].what);
	if (why != NULL) {
		fputs(": ", a->out);
		cli_print(a->out, str_of(why));
	}
	fputc('\n', a->out);
	if (a->told[code] == 0)
		fprintf(a->out, "    means: %s\n    do: %s\n", codes[code].means, codes[code].mend);
}

void
audit_say(struct audit *a, enum audit_code code, const char *where, const char *why)
{
	if (a->out != NULL && a->json)
		say_json(a, code, where, why);
	else if (a->out != NULL)
		say_text(a, code, where, why);
	a->told[code]++;
	a->findings++;
}

void
audit_say_record(struct audit *a, enum audit_code code, uint64_t seq, const char *why)
{
	char where[40];

	snprintf(where, sizeof where, "record %" PRIu64, seq);
	audit_say(a, code, where, why);
}

int
audit_error(struct audit *a, enum audit_code code, const char *where, const struct err *e)
{
	if (e->kind == ERR_SYSTEM || e->kind == ERR_RETRY)
		return -1;
	audit_say(a, code, where, e->text);
	return 0;
}

void
audit_leaf(const struct audit *a, const struct store_record *r, struct hash entry)
{
	char number[RECORD_NUMBER_MAX], hex[65];

	record_number(number, (uint64_t)r->time_ms, r->seq);
	hex_encode(hex, entry.b, sizeof entry.b);
	if (a->json)
		fprintf(a->out,
		    "{\"leaf\":%" PRIu64 ",\"number\":\"%s\",\"kind\":\"%.*s\",\"entry\":\"%s\"}\n",
		    r->seq, number, STR_FMT(r->kind), hex);
	else
		fprintf(a->out, "%8" PRIu64 "  %-12s  %-12.*s  %s\n", r->seq, number,
		    STR_FMT(r->kind), hex);
}

void
audit_summary(const struct audit *a)
{
	if (a->json) {
		fprintf(a->out,
		    "{\"ok\":%s,\"findings\":%" PRIu64 ",\"records\":%" PRIu64
		    ",\"checkpoints\":%" PRIu64 ",\"tiles\":%" PRIu64 ",\"objects\":%" PRIu64
		    ",\"bytes\":%" PRIu64 ",\"opened\":%" PRIu64 "}\n",
		    a->findings == 0 ? "true" : "false", a->findings, a->records, a->checkpoints,
		    a->tiles, a->objects, a->bytes, a->opened);
		return;
	}
	fprintf(a->out,
	    "%" PRIu64 " records, %" PRIu64 " checkpoints, %" PRIu64 " tiles, %" PRIu64
	    " encrypted objects (%" PRIu64 " MB), %" PRIu64 " opened: ",
	    a->records, a->checkpoints, a->tiles, a->objects, a->bytes >> 20, a->opened);
	if (a->findings == 0)
		fputs("all is well\n", a->out);
	else
		fprintf(a->out, "%" PRIu64 " findings\n", a->findings);
}
