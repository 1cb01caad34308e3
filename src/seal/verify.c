/* SPDX-License-Identifier: ISC */
#include "seal/verify.h"

#include <stdio.h>

#include "base/limits.h"
#include "seal/verify_rules.h"
#include "tlog/checkpoint.h"
#include "tlog/proof.h"

struct arena *
verify_arena(void)
{
	return arena_new(LIMIT_VERIFY);
}

void
verify_say(struct verifying *v, enum verdict verdict, enum word sentence, struct str detail,
    const char *vouchers)
{
	if (v->out->n == VERIFY_LINES_MAX)
		return;
	v->out->line[v->out->n++] = (struct verify_line){
		.name = v->rule->name,
		.section = v->rule->section,
		.verdict = verdict,
		.sentence = sentence,
		.detail = arena_str(v->arena, detail),
		.vouchers = arena_str(v->arena, str_of(vouchers)),
	};
}

static void
holds(struct verifying *v, enum word sentence, struct str detail, const char *vouchers)
{
	verify_say(v, VERDICT_HOLDS, sentence, detail, vouchers);
}

static void
fails(struct verifying *v, enum word sentence, const struct err *e)
{
	verify_say(v, VERDICT_FAILS, sentence, str_of(e->text), NULL);
}

static struct str
decimal(char text[32], uint64_t n)
{
	snprintf(text, 32, "%llu", (unsigned long long)n);
	return str_of(text);
}

static bool
rule_container(struct verifying *v)
{
	struct err e;

	if (bundle_read(v->arena, v->in->bytes, &v->b, &e) == -1) {
		fails(v, WORD_CONTAINER_FAILS, &e);
		return false;
	}
	holds(v, WORD_CONTAINER_HOLDS, (struct str){ 0 }, "math");
	return true;
}

static bool
rule_record(struct verifying *v)
{
	char number[32];
	struct err e;

	if (bundle_parse(&v->b, &e) == -1) {
		fails(v, WORD_RECORD_FAILS, &e);
		return false;
	}
	for (size_t i = 0; i < v->b.n_parts; i++)
		if (v->b.part[i].r.head.kind == RECORD_EXAMINATION)
			v->last = &v->b.part[i];
	v->out->letter = v->b.letter;
	record_message_read(&v->b.letter->r, &v->out->message);
	holds(v, WORD_RECORD_HOLDS, decimal(number, v->b.n_parts), "math");
	return true;
}

/* FORMATS section 1: the entry, from the leaf salt and the record's hash. */
static int
compute_entry(struct verifying *v, size_t i, struct err *e)
{
	const struct bundle_part *p = &v->b.part[i];
	struct str rest = p->salts;
	struct salt s;

	if (salts_next(&rest, &s, e) != 1 || !str_eq(s.value.label, STR("leaf")) ||
	    s.value.base64.p != NULL)
		return err_set(e, ERR_SYNTAX, "record %llu: its first salt is not its leaf's",
		    (unsigned long long)p->seq);
	v->entry[i] = record_entry(s.salt, p->hash);
	return 0;
}

static bool
rule_leaf(struct verifying *v)
{
	struct err e;

	v->entry = arena_array(v->arena, v->b.n_parts, sizeof *v->entry);
	for (size_t i = 0; i < v->b.n_parts && v->entry != NULL; i++)
		if (compute_entry(v, i, &e) == -1) {
			fails(v, WORD_LEAF_FAILS, &e);
			return false;
		}
	holds(v, WORD_LEAF_HOLDS, (struct str){ 0 }, "math");
	return v->entry != NULL;
}

/* All proofs lead to one checkpoint, so that all records are in one tree. */
static int
check_proof(struct verifying *v, size_t i, struct str checkpoint, struct err *e)
{
	const struct bundle_part *p = &v->b.part[i];
	struct tlog_proof proof;
	struct checkpoint c;
	struct note note;

	if (proof_parse(p->proof, &proof, e) == -1 ||
	    note_parse(proof.checkpoint, &note, e) == -1 ||
	    checkpoint_parse(note.text, &c, e) == -1)
		return -1;
	if (proof.extra.p != NULL || proof.index != p->seq)
		return err_set(e, ERR_SYNTAX, "not the proof of this leaf");
	if (checkpoint.p != NULL && !str_eq(checkpoint, proof.checkpoint))
		return err_set(e, ERR_SYNTAX, "its proof leads to another checkpoint");
	v->checkpoint = proof.checkpoint;
	v->size = c.head.size;
	return tlog_check_inclusion(hash_leaf(hash_str(&v->entry[i])), proof.index, c.head.size,
	    c.head.root, proof.hash, proof.n, e);
}

static bool
rule_inclusion(struct verifying *v)
{
	char number[32];
	struct err e;

	for (size_t i = 0; i < v->b.n_parts; i++)
		if (check_proof(v, i, v->checkpoint, &e) == -1) {
			err_at(&e, "record %s", decimal(number, v->b.part[i].seq).p);
			fails(v, WORD_INCLUSION_FAILS, &e);
			return false;
		}
	holds(v, WORD_INCLUSION_HOLDS, decimal(number, v->size), "math");
	return true;
}

static int
check_signature(struct verifying *v, struct str own, struct err *e)
{
	struct checkpoint c;
	struct vkey key;
	struct note note;

	if (v->in->vkey.p != NULL && !str_eq(v->in->vkey, own))
		return err_set(e, ERR_REFUSED, "the file's log has another key than you gave");
	if (vkey_parse(own, &key, e) == -1)
		return -1;
	if (!str_eq(key.name, v->b.start->r.head.origin))
		return err_set(e, ERR_REFUSED, "the records are of another log than the key");
	return checkpoint_open(v->checkpoint, &key, v->in->crypto, &c, &note, e);
}

static bool
rule_checkpoint(struct verifying *v)
{
	struct record_log log;
	struct err e;

	record_log_read(&v->b.start->r, &log);
	if (check_signature(v, log.vkey, &e) == -1)
		fails(v, WORD_CHECKPOINT_FAILS, &e);
	else if (v->in->vkey.p != NULL)
		holds(v, WORD_CHECKPOINT_HOLDS, (struct str){ 0 }, "operator");
	else
		holds(v, WORD_CHECKPOINT_NAMED, log.vkey, "operator");
	return true;
}

static bool
rule_time(struct verifying *v)
{
	verify_say(v, VERDICT_UNKNOWN, WORD_T2_NOT_PROVEN, (struct str){ 0 }, NULL);
	return true;
}

static const struct verify_rule rules[] = {
	{ "container", "mailseal-bundle(5)", rule_container },
	{ "record", "mailseal-record(5)", rule_record },
	{ "leaf", "mailseal-record(5)", rule_leaf },
	{ "inclusion", "RFC 9162 section 2.1.3.2", rule_inclusion },
	{ "checkpoint", "C2SP tlog-checkpoint", rule_checkpoint },
	{ "T2", "RFC 3161 section 2.4", rule_time },
	{ "commitments", "mailseal-record(5)", rule_commitments },
	{ "dkim", "RFC 6376 section 6", rule_dkim },
	{ "findings", "mailseal-codes(7)", rule_findings },
	{ "key", "RFC 4035 section 5", rule_key },
	{ "arc", "RFC 8617 section 5.2", rule_arc },
	{ "spf", "RFC 7208 section 2.6", rule_spf },
	{ "dmarc", "RFC 7489 section 6.6.2", rule_dmarc },
	{ "claims", "mailseal-record(5)", rule_claims },
};

void
verify(struct arena *a, const struct verify_in *in, struct verification *out)
{
	struct verifying v = { .in = in, .arena = a, .out = out };

	*out = (struct verification){ 0 };
	for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
		v.rule = &rules[i];
		if (!v.rule->apply(&v))
			break;
	}
	examine_free(v.x);
}

static enum verdict
verdict_of(const struct verification *v, struct str name)
{
	for (size_t i = 0; i < v->n; i++)
		if (str_eq(name, str_of(v->line[i].name)))
			return v->line[i].verdict;
	return VERDICT_UNKNOWN;
}

int
verify_exit(const struct verification *v, struct str required)
{
	struct str name;
	int status = 0;

	for (size_t i = 0; i < v->n; i++)
		if (v->line[i].verdict == VERDICT_FAILS)
			return 1;
	while (str_cut(&required, ',', &name))
		if (verdict_of(v, name) != VERDICT_HOLDS)
			status = 2;
	return status;
}

static bool
can_require(struct str name)
{
	static const char *const claims[] = { "from", "to", "cc", "date", "subject", "message-id",
		"reply-to", "in-reply-to", "body" };

	for (size_t i = 0; i < sizeof claims / sizeof claims[0]; i++)
		if (str_eq(name, str_of(claims[i])))
			return true;
	for (size_t i = 0; i + 1 < sizeof rules / sizeof rules[0]; i++)
		if (str_eq(name, str_of(rules[i].name)))
			return true;
	return false;
}

bool
verify_can_require(struct str required)
{
	struct str name;

	while (str_cut(&required, ',', &name))
		if (!can_require(name))
			return false;
	return true;
}
