/* SPDX-License-Identifier: ISC */
#include "auth/content.h"

#include "base/limits.h"
#include "base/test.h"
#include "msg/parts.h"

#define QP     "Content-Type: text/html\r\nContent-Transfer-Encoding: Quoted-Printable\r\n\r\n"
#define BASE64 "Content-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\n"
#define P7M    "Content-Type: application/pkcs7-mime; smime-type="

#define NAMED(name, filename)                                           \
	"Content-Type: application/octet-stream; name=\"" name "\"\r\n" \
	"Content-Disposition: attachment; filename=\"" filename "\"\r\n\r\n"

struct row {
	const char *what, *header, *text, *want; /* the leaf ends at a bar */
};

static void
about_header(struct mime_about *about, struct str header)
{
	*about = (struct mime_about){
		.type = parts_field(header, "Content-Type"),
		.encoding = parts_field(header, "Content-Transfer-Encoding"),
		.disposition = parts_field(header, "Content-Disposition"),
	};
}

static void
check(const struct row *row, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct content c = content_start();
		struct mime_about about;
		struct str text = str_of(row[i].text);
		ptrdiff_t bar = str_chr(text, '|');
		struct findings found = { 0 };
		struct buf got = BUF_MAX(1000);

		about_header(&about, str_of(row[i].header));
		content_begin(&c, &about, &found);
		for (struct str rest = text; rest.n > 0; rest = str_from(rest, 7))
			content_add(&c, str_head(rest, 7));
		content_end(&c, bar == -1 ? text.n : (size_t)bar, &found);
		for (int id = 0; id < FINDINGS; id++)
			if (found.is[id])
				buf_printf(&got, "%s ", finding_rows[id].code);
		test_str(row[i].what, buf_str(&got), row[i].want);
		buf_free(&got);
		content_free(&c);
	}
}

static void
links(void **state)
{
	static const struct row rows[] = {
		{ "nothing", "", "", "" },
		{ "text", "", "see http://www.example.com/s/x and //", "" },
		{ "a link", "\r\n", "see https://drive.google.com/file/d/1", "cloud-attachment " },
		{ "a link of a sub-domain", "", "https://firm.sharepoint.com/:w:/x",
		    "cloud-attachment " },
		{ "a person's folder", "", "https://firm-my.sharepoint.com/personal/a/x.pdf",
		    "cloud-attachment " },
		{ "a port", "", "https://www.dropbox.com:443/s/x", "cloud-attachment " },
		{ "what is no port", "", "https://www.dropbox.com:443, or /s/x", "" },
		{ "a site of theirs", "", "https://firm.sharepoint.com/sites/x", "" },
		{ "a host that ends so", "", "https://evilwe.tl/x", "" },
		{ "a host that begins so", "", "https://we.tl.example/x", "" },
		{ "capitals", "", "HTTPS://WE.TL/t-1", "cloud-attachment " },
		{ "only the host", "", "https://dropbox.com", "" },
		{ "over a soft line break", QP, "<a href=3D\"https://www.drop=\r\nbox.com/s/1",
		    "cloud-attachment " },
		{ "in base64", BASE64, "aHR0cHM6Ly93\r\nZS50bC90LTEK\r\n", "cloud-attachment " },
		{ "in base64, with comments",
		    "Content-Type: text/html (x)\r\nContent-Transfer-Encoding: base64 (y)\r\n\r\n",
		    "aHR0cHM6Ly93\r\nZS50bC90LTEK\r\n", "cloud-attachment " },
		{ "in base64 that was cut", BASE64, "aHR0cHM6Ly93\r\nZS50bC90LTEKaHR",
		    "cloud-attachment " },
		{ "in base64 with junk between", BASE64, "aHR0cHM6Ly93\r\n> ,ZS50b\r\n!C90LTEK\r\n",
		    "cloud-attachment " },
		{ "in the second of two texts of base64", BASE64, "aA==\r\nLy93ZS50bC94\r\n",
		    "cloud-attachment " },
		{ "wrapped, over a soft line break", QP,
		    "https://eur01.safelinks.protection.outlook.com/"
		    "?url=3Dhttps%3A%2F%2=\r\nFwe.tl%2Fx",
		    "cloud-attachment " },
		{ "in what is no text", "Content-Type: image/png\r\n\r\n", "https://we.tl/t-1",
		    "" },
		{ "beyond the leaf", "", "..............................|//we.tl/t-1", "" },
	};

	(void)state;
	check(rows, TEST_ROWS(rows));
}

static void
wrappings(void **state)
{
	static const struct row rows[] = {
		{ "TNEF", "Content-Type: application/ms-tnef\r\n\r\n", "x", "winmail-dat " },
		{ "TNEF by its name",
		    "Content-Type: application/octet-stream; name=\"WINMAIL.DAT\"\r\n\r\n", "x",
		    "winmail-dat " },
		{ "TNEF by its file name",
		    "Content-Disposition: attachment; filename=winmail.dat\r\n\r\n", "x",
		    "winmail-dat " },
		{ "S/MIME that does not say what", "Content-Type: application/pkcs7-mime\r\n\r\n",
		    "x", "encrypted-part " },
		{ "S/MIME of an older name",
		    "Content-Type: application/x-pkcs7-mime; name=a\r\n\r\n", "x",
		    "encrypted-part " },
		{ "S/MIME that lost its type",
		    "Content-Type: application/octet-stream; name=smime.P7M\r\n\r\n", "x",
		    "encrypted-part " },
		{ "S/MIME, opaque, with a name", P7M "signed-data; name=smime.p7m\r\n\r\n", "x",
		    "smime-signed " },
		{ "a comment in the type",
		    "Content-Type: (x) application / ms-tnef (y); a=b\r\n\r\n", "x",
		    "winmail-dat " },
		{ "elsewhere", "Content-Type: message/external-body; access-type=URL\r\n\r\n", "x",
		    "cloud-attachment " },
		{ "S/MIME, signed", "Content-Type: application/pkcs7-signature\r\n\r\n", "x",
		    "smime-signed " },
		{ "S/MIME, opaque", P7M "signed-data\r\n\r\n", "x", "smime-signed " },
		{ "S/MIME, encrypted", P7M "\"Enveloped-Data\"; name=x\r\n\r\n", "x",
		    "encrypted-part " },
		{ "S/MIME, certificates", P7M "certs-only\r\n\r\n", "x", "" },
		{ "OpenPGP", "Content-Type: application/pgp-encrypted\r\n\r\n", "Version: 1",
		    "encrypted-part " },
		{ "OpenPGP below a greeting", "", "Hello,\r\n-----BEGIN PGP MESSAGE-----\r\n",
		    "encrypted-part " },
		{ "OpenPGP that is quoted", "", "> -----BEGIN PGP MESSAGE-----\r\n", "" },
		{ "OpenPGP as text", "\r\n", "\r\n-----BEGIN PGP MESSAGE-----\r\n",
		    "encrypted-part " },
	};

	(void)state;
	check(rows, TEST_ROWS(rows));
}

static void
readings(void **state)
{
	static const struct row rows[] = {
		{ "elsewhere, in other messages", "Content-Type: message/partial; id=1\r\n\r\n",
		    "x", "partial-message " },
		{ "AMP", "Content-Type: text/x-amp-html\r\n\r\n", "x", "dynamic-part " },
		{ "UTF-7", "Content-Type: text/plain; charset=\"UTF-7\"\r\n\r\n", "x",
		    "opaque-charset " },
		{ "an encoding with a comment", "Content-Transfer-Encoding: (x) 7BIT\r\n\r\n", "x",
		    "" },
		{ "an encoding that nobody knows", "Content-Transfer-Encoding: utf-8\r\n\r\n", "x",
		    "unknown-encoding " },
		{ "two names", NAMED("a.pdf", "a.exe"), "x", "file-name-differs " },
		{ "two names of one kind", NAMED("a.pdf", "A b.PDF"), "x", "" },
		{ "two names, one without a dot", NAMED("a", "a.pdf"), "x", "" },
		{ "two names, one encoded", NAMED("=?utf-8?Q?=C3=A4.pdf?=", "a.pdf"), "x", "" },
		{ "a name that is turned round", NAMED("=?utf-8?Q?a=E2=80=AEfdp.exe?=", "a.exe"),
		    "x", "hidden-characters " },
		{ "a file in the text", "", "as agreed:\r\nbegin 644 a.exe\r\n#x",
		    "uuencoded-file " },
		{ "words that begin so", "", "\r\nbegin 644\r\nbegin at 10 a.m.\r\n begin 644 a",
		    "" },
	};

	(void)state;
	check(rows, TEST_ROWS(rows));
}

/* Of a leaf its beginning, of a message so many of them. */
static void
bounds(void **state)
{
	static const char zeros[LIMIT_LINK_PART];
	struct content c = content_start();
	const struct mime_about about = { 0 };
	struct findings found = { 0 };

	(void)state;
	for (unsigned i = 0; i <= LIMIT_LINK_TEXT / LIMIT_LINK_PART; i++) {
		content_begin(&c, &about, &found);
		content_add(&c, str_bytes(zeros, sizeof zeros));
		content_add(&c, STR("//we.tl/x"));
		assert_true(c.text.n <= LIMIT_LINK_PART);
		content_end(&c, sizeof zeros + 9, &found);
	}
	assert_int_equal(c.spent, LIMIT_LINK_TEXT);
	assert_false(found.is[FINDING_CLOUD_ATTACHMENT]);
	content_free(&c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(links),
		cmocka_unit_test(wrappings),
		cmocka_unit_test(readings),
		cmocka_unit_test(bounds),
	};

	return cmocka_run_group_tests_name("auth/content", tests, NULL, NULL);
}
