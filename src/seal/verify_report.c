/* SPDX-License-Identifier: ISC */
#include "seal/verify_report.h"

#include "base/json.h"
#include "base/utf8.h"
#include "seal/utc.h"

enum {
	NAME_WIDTH = 12, /* columns; letters of the verdicts are all ASCII */
	VERDICT_WIDTH = 11,
	SENTENCE_MAX = 1u << 20,
};

static const struct {
	enum word word;
	const char *colour;
} verdicts[] = {
	[VERDICT_UNKNOWN] = { WORD_NOT_PROVEN, "\33[33m" },
	[VERDICT_HOLDS] = { WORD_HOLDS, "\33[32m" },
	[VERDICT_FAILS] = { WORD_FAILS, "\33[31m" },
};

struct text {
	struct buf *out;
	enum lang lang;
	bool colour;
};

static void
add_verdict(const struct text *t, enum verdict verdict)
{
	const char *said = word(t->lang, verdicts[verdict].word);

	buf_add(t->out, str_of(t->colour ? verdicts[verdict].colour : ""));
	buf_printf(t->out, "%-*s", VERDICT_WIDTH, said);
	buf_add(t->out, str_of(t->colour ? "\33[0m" : ""));
	buf_byte(t->out, ' ');
}

static void
add_fact(const struct text *t, enum word what, uint64_t time_s)
{
	char text[UTC_TEXT_MAX];

	buf_printf(t->out, "  %s: %s\n", word(t->lang, what), utc_text(text, time_s));
}

static void
add_head(const struct text *t, const struct verification *v)
{
	const struct record_head *head;
	char number[RECORD_NUMBER_MAX];

	if (v->letter == NULL)
		return;
	head = &v->letter->r.head;
	words_add(
	    t->out, t->lang, WORD_TITLE, str_of(record_number(number, head->time_ms, head->seq)));
	buf_printf(t->out, "\n  %s: ", word(t->lang, WORD_LOG));
	utf8_add_safe(t->out, head->origin);
	buf_printf(t->out, ", %llu\n", (unsigned long long)head->seq);
	add_fact(t, WORD_ARRIVED, v->message.internaldate);
	add_fact(t, WORD_SEALED, head->time_ms / 1000);
	buf_byte(t->out, '\n');
}

static void
add_line(const struct text *t, const struct verify_line *l)
{
	add_verdict(t, l->verdict);
	buf_printf(t->out, "%-*s ", NAME_WIDTH, l->name);
	words_add(t->out, t->lang, l->sentence, l->detail);
	if (l->vouchers.n > 0) {
		buf_printf(t->out, " (%s: ", word(t->lang, WORD_BY));
		utf8_add_safe(t->out, l->vouchers);
		buf_byte(t->out, ')');
	}
	buf_byte(t->out, '\n');
}

static void
add_findings(const struct text *t, struct str examination)
{
	struct grammar_line l;

	while (grammar_next(&examination, &l)) {
		if (!str_eq(l.name, STR("finding")))
			continue;
		buf_printf(t->out, "%-*s ", VERDICT_WIDTH, word(t->lang, WORD_FINDING));
		utf8_add_safe(t->out, l.args);
		buf_byte(t->out, '\n');
	}
}

static void
add_end(const struct text *t, const struct verification *v, struct str required)
{
	static const enum word says[] = { WORD_PROVEN, WORD_SOMETHING_FAILS,
		WORD_SOMETHING_NOT_PROVEN };

	buf_byte(t->out, '\n');
	for (enum word w = WORD_FIXED_FIRST; w <= WORD_FIXED_LAST; w++) {
		add_verdict(t, VERDICT_UNKNOWN);
		buf_printf(t->out, "%s\n", word(t->lang, w));
	}
	buf_byte(t->out, '\n');
	words_add(t->out, t->lang, WORD_REQUIRED, required);
	buf_printf(t->out, " %s\n", word(t->lang, says[verify_exit(v, required)]));
}

void
verify_text(
    struct buf *out, const struct verification *v, struct str required, enum lang lang, bool colour)
{
	const struct text t = { out, lang, colour };

	add_head(&t, v);
	for (size_t i = 0; i < v->n; i++)
		add_line(&t, &v->line[i]);
	add_findings(&t, v->examination);
	add_end(&t, v, required);
}

static void
json_line(struct json *j, const struct verify_line *l, enum lang lang)
{
	struct buf sentence = BUF_MAX(SENTENCE_MAX);
	struct str rest = l->vouchers, voucher;

	words_add(&sentence, lang, l->sentence, l->detail);
	json_open(j, NULL, '{');
	json_str(j, "name", str_of(l->name));
	json_str(j, "section", str_of(l->section));
	json_str(j, "verdict", str_of(verdict_word(l->verdict)));
	json_str(j, "sentence", buf_str(&sentence));
	json_open(j, "by", '[');
	while (str_cut(&rest, ' ', &voucher) && voucher.n > 0)
		json_str(j, NULL, voucher);
	json_close(j, ']');
	json_close(j, '}');
	buf_free(&sentence);
}

void
verify_json(struct buf *out, const struct verification *v, struct str required, enum lang lang)
{
	struct json j = json_to(out);
	char number[RECORD_NUMBER_MAX];

	json_open(&j, NULL, '{');
	json_int(&j, "exit", verify_exit(v, required));
	json_str(&j, "required", required);
	if (v->letter != NULL) {
		const struct record_head *head = &v->letter->r.head;

		json_str(&j, "number", str_of(record_number(number, head->time_ms, head->seq)));
		json_str(&j, "log", head->origin);
		json_int(&j, "leaf", (int64_t)head->seq);
		json_int(&j, "internaldate", (int64_t)v->message.internaldate);
		json_int(&j, "time_ms", (int64_t)head->time_ms);
	}
	json_open(&j, "lines", '[');
	for (size_t i = 0; i < v->n; i++)
		json_line(&j, &v->line[i], lang);
	json_close(&j, ']');
	json_open(&j, "not_proven", '[');
	for (enum word w = WORD_FIXED_FIRST; w <= WORD_FIXED_LAST; w++)
		json_str(&j, NULL, str_of(word(lang, w)));
	json_close(&j, ']');
	json_close(&j, '}');
	buf_byte(out, '\n');
}
