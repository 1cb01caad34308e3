/* SPDX-License-Identifier: ISC */
#include "auth/content.h"

#include "auth/link.h"
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

/* Subtypes of application by the finding that they are. */
static const struct {
	const char *subtype, *smime_type; /* of smime-type=; NULL: any, or none; "": none */
	enum finding_id id;
} kinds[] = {
	{ "ms-tnef", NULL, FINDING_WINMAIL_DAT },
	{ "vnd.ms-tnef", NULL, FINDING_WINMAIL_DAT },
	{ "pgp-encrypted", NULL, FINDING_ENCRYPTED_PART },
	{ "pkcs7-signature", NULL, FINDING_SMIME_SIGNED },
	{ "x-pkcs7-signature", NULL, FINDING_SMIME_SIGNED },
	{ "pkcs7-mime", "signed-data", FINDING_SMIME_SIGNED },
	{ "x-pkcs7-mime", "signed-data", FINDING_SMIME_SIGNED },
	{ "pkcs7-mime", "enveloped-data", FINDING_ENCRYPTED_PART },
	{ "x-pkcs7-mime", "enveloped-data", FINDING_ENCRYPTED_PART },
	{ "pkcs7-mime", "authEnveloped-data", FINDING_ENCRYPTED_PART },
	{ "x-pkcs7-mime", "authEnveloped-data", FINDING_ENCRYPTED_PART },
	/* The parameter is optional (RFC 8551 section 3.2.2): nobody reads it without opening it. */
	{ "pkcs7-mime", "", FINDING_ENCRYPTED_PART },
	{ "x-pkcs7-mime", "", FINDING_ENCRYPTED_PART },
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
	/* What it says is elsewhere, as behind a link. */
	if (str_caseeq(t.type, STR("message")) && str_caseeq(t.subtype, STR("external-body")))
		found->is[FINDING_CLOUD_ATTACHMENT] = true;
	if (!str_caseeq(t.type, STR("application")))
		return;
	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
		if (str_caseeq(t.subtype, str_of(kinds[i].subtype)) &&
		    (kinds[i].smime_type == NULL ||
		        parameter_is(field, "smime-type", kinds[i].smime_type)))
			found->is[kinds[i].id] = true;
}

/* What a file's name says that it is; of S/MIME where a gateway lost the type (RFC 8551 3.2.1). */
static void
find_name(const struct mime_about *about, struct mime_type t, struct findings *found)
{
	bool untyped = str_caseeq(t.subtype, STR("octet-stream"));
	char value[LIMIT_BOUNDARY];

	for (int i = 0; i < 2; i++) {
		size_t n = i == 0 ? parameter_get(about->type, "name", value)
		                  : parameter_get(about->disposition, "filename", value);
		struct str name = str_bytes(value, n);

		if (str_caseeq(name, STR("winmail.dat")))
			found->is[FINDING_WINMAIL_DAT] = true;
		if (untyped && n > 4 && str_caseeq(str_from(name, n - 4), STR(".p7m")))
			found->is[FINDING_ENCRYPTED_PART] = true;
	}
}

void
content_begin(struct content *c, const struct mime_about *about, struct findings *found)
{
	struct mime_type t = mime_type(about->type);
	struct str rest = about->encoding, encoding = token_word(&rest, ";");

	find_kind(t, about->type, found);
	find_name(about, t, found);
	/* RFC 2045 section 5.2: without a type it is text. */
	c->looked_at =
	    (t.type.n == 0 || str_caseeq(t.type, STR("text"))) && c->spent < LIMIT_LINK_TEXT;
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
	if (link_to_file(text))
		found->is[FINDING_CLOUD_ATTACHMENT] = true;
	if (str_starts(text, STR(PGP_BEGINS)) || str_find(text, STR("\n" PGP_BEGINS)) != -1)
		found->is[FINDING_ENCRYPTED_PART] = true;
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
