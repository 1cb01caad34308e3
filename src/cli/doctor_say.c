/* SPDX-License-Identifier: ISC */
/* doctor_say: how a line looks, and how it comes from a worker to who says it. */
#include <stdarg.h>
#include <string.h>

#include "base/json.h"
#include "cli/doctor.h"

enum {
	LINE_MAX_BYTES = 2048,
	PARTS = 4,
};

static void
print_json(
    const char *verdict, const char *check, const char *subject, const char *mend, const char *text)
{
	struct buf out = BUF_MAX(4 * LINE_MAX_BYTES);
	struct json j = json_to(&out);

	json_open(&j, NULL, '{');
	json_str(&j, "check", str_of(check));
	json_str(&j, "of", str_of(subject == NULL ? "" : subject));
	json_str(&j, "verdict", str_of(verdict));
	json_str(&j, "text", str_of(text));
	json_str(&j, "mend", str_of(mend == NULL ? "" : mend));
	json_close(&j, '}');
	buf_byte(&out, '\n');
	fwrite(out.p, 1, out.n, stdout);
	buf_free(&out);
}

/* "check NUL subject NUL mend NUL text NUL", after its advice. */
static void
tell(struct buf *told, enum advice a, const char *const part[PARTS])
{
	struct buf line = BUF_MAX(4 * LINE_MAX_BYTES);

	for (size_t i = 0; i < PARTS; i++) {
		buf_add(&line, str_of(part[i]));
		buf_byte(&line, '\0');
	}
	msg_add(told, buf_str(&line), "say advice=%d", (int)a);
	buf_free(&line);
}

int
doctor_hear(struct doctor *d, struct str told, struct err *e)
{
	struct str part[PARTS];
	uint64_t advice;
	struct msg m;
	int rc;

	while ((rc = msg_next(&told, &m, e)) == 1) {
		if (msg_u64(&m, "advice", ADVICES - 1, &advice, e) == -1)
			return -1;
		for (size_t i = 0; i < PARTS; i++)
			str_cut(&m.payload, '\0', &part[i]);
		if (m.payload.p == NULL || m.payload.n > 0)
			return err_set(e, ERR_SYNTAX, "a line that is none");
		doctor_say(d, (enum advice)advice, part[0].p, part[1].n > 0 ? part[1].p : NULL,
		    part[2].n > 0 ? part[2].p : NULL, "%s", part[3].p);
	}
	return rc;
}

void
doctor_say(struct doctor *d, enum advice a, const char *check, const char *subject,
    const char *mend, const char *format, ...)
{
	static const char *const verdict[] = { "good", "look", "MEND" };
	char text[LINE_MAX_BYTES];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	if (d->told != NULL) {
		tell(d->told, a,
		    (const char *const[]){
		        check, subject == NULL ? "" : subject, mend == NULL ? "" : mend, text });
		return;
	}
	d->said[a]++;
	if (d->json) {
		print_json(verdict[a], check, subject, mend, text);
		return;
	}
	printf("%s  ", verdict[a]);
	cli_print(stdout, str_of(check));
	printf("%*s", strlen(check) < 12 ? 13 - (int)strlen(check) : 1, "");
	if (subject != NULL) {
		cli_print(stdout, str_of(subject));
		printf(": ");
	}
	cli_print(stdout, str_of(text));
	if (mend != NULL) {
		printf("\n                   -> ");
		cli_print(stdout, str_of(mend));
	}
	putchar('\n');
}
