/* SPDX-License-Identifier: ISC */
#include "auth/content.h"

#include "auth/link.h"
#include "auth/names.h"
#include "base/base64.h"
#include "base/limits.h"
#include "msg/encoded.h"
#include "msg/parameter.h"
#include "msg/token.h"

#define PGP_BEGINS "-----BEGIN PGP MESSAGE-----" /* RFC 9580 section 6.2.1 */

struct content
content_start(void)
{
	return (struct content){ .text = BUF_MAX(LIMIT_LINK_PART) };
}

void
content_free(struct content *c)
{
	buf_free(&c->text);
}

/* Media types by the finding that they are. */
static const struct {
	const char *type, *subtype, *smime_type; /* smime-type=; NULL: any, or none; "": none */
	enum finding_id id;
} kinds[] = {
	{ "application", "ms-tnef", NULL, FINDING_WINMAIL_DAT },
	{ "application", "vnd.ms-tnef", NULL, FINDING_WINMAIL_DAT },
	{ "application", "pgp-encrypted", NULL, FINDING_ENCRYPTED_PART },
	{ "application", "pkcs7-signature", NULL, FINDING_SMIME_SIGNED },
	{ "application", "x-pkcs7-signature", NULL, FINDING_SMIME_SIGNED },
	{ "application", "pkcs7-mime", "signed-data", FINDING_SMIME_SIGNED },
	{ "application", "x-pkcs7-mime", "signed-data", FINDING_SMIME_SIGNED },
	{ "application", "pkcs7-mime", "enveloped-data", FINDING_ENCRYPTED_PART },
	{ "application", "x-pkcs7-mime", "enveloped-data", FINDING_ENCRYPTED_PART },
	{ "application", "pkcs7-mime", "authEnveloped-data", FINDING_ENCRYPTED_PART },
	{ "application", "x-pkcs7-mime", "authEnveloped-data", FINDING_ENCRYPTED_PART },
	/* The parameter is optional (RFC 8551 section 3.2.2): nobody reads it without opening it. */
	{ "application", "pkcs7-mime", "", FINDING_ENCRYPTED_PART },
	{ "application", "x-pkcs7-mime", "", FINDING_ENCRYPTED_PART },
	/* What it says is elsewhere, as behind a link; or in other messages. */
	{ "message", "external-body", NULL, FINDING_CLOUD_ATTACHMENT },
	{ "message", "partial", NULL, FINDING_PARTIAL_MESSAGE },
	/* AMP: it is shown in the place of the other texts, and what it shows is loaded then. */
	{ "text", "x-amp-html", NULL, FINDING_DYNAMIC_PART },
};

static bool
parameter_is(struct str field, const char *name, const char *want)
{
	char value[LIMIT_BOUNDARY];
	size_t n = parameter_get(field, name, value);

	return str_caseeq(str_bytes(value, n), str_of(want));
}

static void
find_kind(struct mime_type t, struct str field, struct findings *found)
{
	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
		if (str_caseeq(t.type, str_of(kinds[i].type)) &&
		    str_caseeq(t.subtype, str_of(kinds[i].subtype)) &&
		    (kinds[i].smime_type == NULL ||
		        parameter_is(field, "smime-type", kinds[i].smime_type)))
			found->is[kinds[i].id] = true;
}

/* What stands behind the last dot, by which programs choose how to open a file. */
static struct str
extension(struct str name)
{
	size_t at = name.n;

	while (at > 0 && name.p[at - 1] != '.')
		at--;
	return at == 0 ? STR("") : str_trim(str_from(name, at));
}

/* One of the names of a file, decoded, in out. */
static void
read_name(struct buf *out, struct str field, const char *parameter, struct findings *found)
{
	char value[LIMIT_BOUNDARY];

	encoded_field(out, str_bytes(value, parameter_get(field, parameter, value)));
	if (names_hide(buf_str(out)))
		found->is[FINDING_HIDDEN_CHARACTERS] = true;
}

/* What a file's name says that it is; of S/MIME where a gateway lost the type (RFC 8551 3.2.1). */
static void
find_name(const struct mime_about *about, struct mime_type t, struct findings *found)
{
	bool untyped = str_caseeq(t.subtype, STR("octet-stream"));
	struct buf name[] = { BUF_MAX(4 * LIMIT_BOUNDARY), BUF_MAX(4 * LIMIT_BOUNDARY) };
	struct str end[2];

	read_name(&name[0], about->type, "name", found);
	read_name(&name[1], about->disposition, "filename", found);
	for (int i = 0; i < 2; i++) {
		end[i] = extension(buf_str(&name[i]));
		if (str_caseeq(buf_str(&name[i]), STR("winmail.dat")))
			found->is[FINDING_WINMAIL_DAT] = true;
		if (untyped && str_caseeq(end[i], STR("p7m")))
			found->is[FINDING_ENCRYPTED_PART] = true;
	}
	if (end[0].n > 0 && end[1].n > 0 && !str_caseeq(end[0], end[1]))
		found->is[FINDING_FILE_NAME_DIFFERS] = true;
	buf_free(&name[0]);
	buf_free(&name[1]);
}

/* Those of RFC 2045 section 6.1, and one older than it; without the field it is 7bit. */
static bool
is_known_encoding(struct str word)
{
	static const char *const known[] = { "", "7bit", "8bit", "binary", "base64",
		"quoted-printable", "x-uuencode", "uuencode" };

	for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
		if (str_caseeq(word, str_of(known[i])))
			return true;
	return false;
}

/* UTF-7 is not what its bytes are, and few readers know it any more (RFC 2152). */
static bool
is_opaque(struct str type)
{
	return parameter_is(type, "charset", "utf-7") ||
	       parameter_is(type, "charset", "unicode-1-1-utf-7");
}

void
content_begin(struct content *c, const struct mime_about *about, struct findings *found)
{
	struct mime_type t = mime_type(about->type);
	struct str rest = about->encoding, encoding = token_word(&rest, ";");
	bool text = t.type.n == 0 || str_caseeq(t.type, STR("text")); /* RFC 2045 section 5.2 */

	/* A body can be a million parts that say nothing. */
	if (about->type.n > 0 || about->disposition.n > 0) {
		find_kind(t, about->type, found);
		find_name(about, t, found);
	}
	if (!is_known_encoding(encoding))
		found->is[FINDING_UNKNOWN_ENCODING] = true;
	if (text && about->type.n > 0 && is_opaque(about->type))
		found->is[FINDING_OPAQUE_CHARSET] = true;
	c->looked_at = text && c->spent < LIMIT_LINK_TEXT;
	c->base64 = str_caseeq(encoding, STR("base64"));
	c->quoted_printable = str_caseeq(encoding, STR("quoted-printable"));
	buf_clear(&c->text);
}

void
content_add(struct content *c, struct str chunk)
{
	if (c->looked_at && c->text.n < LIMIT_LINK_PART)
		buf_add(&c->text, str_head(chunk, LIMIT_LINK_PART - c->text.n));
}

/* "begin 644 name" on a line of its own: some readers show a file, and no text from there on. */
static bool
is_uuencoded(struct str text)
{
	size_t n = sizeof "begin 644 " - 1;
	struct str line;

	str_cut(&text, '\n', &line);
	if (!str_starts(line, STR("begin ")) || line.n <= n || line.p[n - 1] != ' ')
		return false;
	return char_is_digit(line.p[6]) && char_is_digit(line.p[7]) && char_is_digit(line.p[8]) &&
	       str_trim(str_from(line, n)).n > 0;
}

/* What a line begins with. */
static void
look_at_lines(struct str text, struct findings *found)
{
	ptrdiff_t end = -1;

	do {
		text = str_from(text, (size_t)(end + 1));
		if (text.n > 0 && text.p[0] == 'b' && is_uuencoded(text))
			found->is[FINDING_UUENCODED_FILE] = true;
		if (text.n > 0 && text.p[0] == '-' && str_starts(text, STR(PGP_BEGINS)))
			found->is[FINDING_ENCRYPTED_PART] = true;
		end = str_chr(text, '\n');
	} while (end != -1);
}

static void
look_at(struct content *c, struct findings *found)
{
	struct buf plain = BUF_MAX(LIMIT_LINK_PART);
	struct str text = buf_str(&c->text);

	if (c->base64) {
		base64_decode_mail(text, &plain);
		text = buf_str(&plain);
	} else if (c->quoted_printable) {
		encoded_quoted_printable(&plain, text);
		text = buf_str(&plain);
	}
	look_at_lines(text, found);
	if (link_to_file(text))
		found->is[FINDING_CLOUD_ATTACHMENT] = true;
	buf_free(&plain);
}

void
content_end(struct content *c, uint64_t length, struct findings *found)
{
	if (!c->looked_at || c->text.n == 0)
		return;
	if (c->text.n > length)
		c->text.n = (size_t)length;
	c->spent += c->text.n;
	look_at(c, found);
	c->looked_at = false;
}
