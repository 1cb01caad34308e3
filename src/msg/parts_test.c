/* SPDX-License-Identifier: ISC */
#include "base/test.h"

#include "msg/parts.h"

#define MIXED                                                                                \
	"Content-Type: multipart/mixed; boundary=o\r\n\r\npreamble\r\n--o\r\n"               \
	"Content-Type: multipart/alternative; boundary=\"i\"\r\n\r\n--i\r\n"                 \
	"Content-Type: text/plain; charset=iso-8859-1\r\n"                                   \
	"Content-Transfer-Encoding: quoted-printable\r\n\r\nma=F1ana\r\n--i\r\n"             \
	"Content-Type: text/html\r\n\r\n<p>\r\n--i--\r\n--o\r\n"                             \
	"Content-Type: application/pdf\r\nContent-Disposition: attachment; "                 \
	"filename=\"=?utf-8?Q?a=C3=B1o.pdf?=\"\r\nContent-Transfer-Encoding: base64\r\n\r\n" \
	"YWJj\r\n--o\r\n\r\nno header\r\n--o--\r\nepilogue\r\n"

/* Each leaf: type, whether an attachment (+), name, text. */
static const struct {
	const char *what, *message, *want;
} rows[] = {
	{ "one part", "Subject: x\r\n\r\nbody\r\n", "text/plain- body\r\n|" },
	{ "with a type", "Content-Type: TEXT/HTML\r\n\r\nb", "TEXT/HTML- b|" },
	{ "base64", "Content-Transfer-Encoding: base64\r\n\r\nYWJj\r\n", "text/plain- abc|" },
	{ "not base64", "Content-Transfer-Encoding: base64\r\n\r\n!", "text/plain- !|" },
	{ "mixed", MIXED,
	    "text/plain- ma\xc3\xb1"
	    "ana|text/html- <p>|application/pdf+ a\xc3\xb1o.pdf abc|"
	    "text/plain- no header|" },
	{ "no body", "Subject: x\r\n", "" },
	{ "no boundary", "Content-Type: multipart/mixed\r\n\r\nx", "multipart/mixed- x|" },
};

static void
leaves(void **state)
{
	(void)state;
	for (size_t i = 0; i < TEST_ROWS(rows); i++) {
		struct buf out = BUF_MAX(4000);
		struct parts p;
		struct part part;

		parts_start(&p, str_of(rows[i].message));
		while (parts_next(&p, &part)) {
			buf_add(&out, parts_media_type(&part));
			buf_byte(&out, parts_is_attachment(&part) ? '+' : '-');
			buf_byte(&out, ' ');
			parts_name(&part, &out);
			if (parts_is_attachment(&part))
				buf_byte(&out, ' ');
			parts_text(&part, &out);
			buf_byte(&out, '|');
		}
		parts_end(&p);
		test_str(rows[i].what, buf_str(&out), rows[i].want);
		buf_free(&out);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(leaves) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
