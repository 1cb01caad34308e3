/* SPDX-License-Identifier: ISC */
#include "keys/sheet.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "base/hex.h"
#include "seal/utc.h"

enum {
	PART = 8,       /* bytes of the secret in a line */
	CHECK = 2,      /* bytes of its check */
	CHARACTERS = 16 /* of 5 bits each: 8 * (PART + CHECK) */
};

_Static_assert(5 * CHARACTERS == 8 * (PART + CHECK), "a line's characters are its bytes");
_Static_assert(SHEET_LINES *PART == sizeof(struct custodian_secret), "the lines are the secret");

static const char digits[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

static void
make_check(unsigned number, const uint8_t part[PART], uint8_t check[CHECK])
{
	static const char tag[] = "mailseal/sheet/v1";
	uint8_t text[sizeof tag + 1 + PART];
	struct hash h;

	memcpy(text, tag, sizeof tag);
	text[sizeof tag] = (uint8_t)number;
	memcpy(text + sizeof tag + 1, part, PART);
	h = sha256(str_bytes(text, sizeof text));
	memcpy(check, h.b, CHECK);
	sodium_memzero(text, sizeof text);
}

/* ---- writing ---- */

static void
add_line(struct buf *out, unsigned number, const uint8_t part[PART])
{
	uint8_t bytes[PART + CHECK];

	memcpy(bytes, part, PART);
	make_check(number, part, bytes + PART);
	buf_printf(out, "        %u  ", number);
	for (unsigned i = 0; i < CHARACTERS; i++) {
		unsigned at = 5 * i, two = (unsigned)bytes[at / 8] << 8;

		if (at / 8 + 1 < sizeof bytes)
			two |= bytes[at / 8 + 1];
		if (i % 4 == 0)
			buf_byte(out, ' ');
		buf_byte(out, digits[two >> (11 - at % 8) & 31]);
	}
	buf_byte(out, '\n');
	sodium_memzero(bytes, sizeof bytes);
}

static void
add_title(struct buf *out, const struct custodian *c, const struct sheet_about *about)
{
	struct hash fingerprint = custodian_fingerprint(c);
	struct utc day = utc_of(about->made);
	char hex[65];

	hex_encode(hex, fingerprint.b, sizeof fingerprint.b);
	buf_printf(out,
	    "RECOVERY SHEET OF A MAIL ARCHIVE                               mailseal-sheet/1\n"
	    "===============================================================================\n\n"
	    "log          %.*s\n"
	    "custodian    %s\n"
	    "fingerprint  %.32s\n"
	    "             %s\n"
	    "made         %04u-%02u-%02u\n\n",
	    STR_FMT(str_head(about->origin, 255)), c->name, hex, hex + 32, day.year, day.month,
	    day.day);
}

static const char what_it_is[] =
    "\n"
    "WHAT IT IS\n"
    "\n"
    "  The four lines above are a key.  Who holds them can read every mail that is\n"
    "  filed in this log; when the office key is lost, too, and this sheet with it,\n"
    "  nobody can, and nobody can help.  There is no other copy of this key.\n"
    "\n"
    "  Keep this sheet like money: in a safe, in another building than the office\n"
    "  key.  Do not photograph, scan or mail it.  If somebody may have seen it, make\n"
    "  another and remove this one: mailseal custodian add, rewrap, remove.\n"
    "\n"
    "HOW TO USE IT\n"
    "\n"
    "  On the host that keeps the archive, or on one where a copy was restored:\n"
    "\n"
    "      mailseal export NUMBER -o FILE --custodian ";
static const char how_to_type[] =
    "  It asks for the four lines, one after the other.  Type them without their\n"
    "  numbers.  Large and small letters are the same, blanks and dashes do not\n"
    "  matter.  The letters I, L, O and U are never used: what looks like O is zero,\n"
    "  what looks like I or L is one.  Each line has a check of its own, and a line\n"
    "  that is mistyped is asked for again.\n"
    "\n"
    "  Instead, the lines may be typed into a file, each with its number before it,\n"
    "  as they stand above, to be given with --custodian-key FILE.\n"
    "\n"
    "  Once a year, see that it can still be read:\n"
    "\n"
    "      mailseal custodian test --custodian ";
static const char how_it_works[] =
    "\n"
    "WITHOUT MAILSEAL\n"
    "\n"
    "  Each line is base32 (0-9 A-Z without I L O U) of ten bytes: eight of the\n"
    "  X25519 secret key, in order, and two of a check.  The rest is told by\n"
    "  mailseal-record(5).\n";

void
sheet_write(struct buf *out, const struct custodian *c, const struct custodian_secret *secret,
    const struct sheet_about *about)
{
	add_title(out, c, about);
	for (unsigned i = 0; i < SHEET_LINES; i++)
		add_line(out, i + 1, secret->b + i * PART);
	buf_printf(
	    out, "%s%s\n\n%s%s\n%s", what_it_is, c->name, how_to_type, c->name, how_it_works);
}

/* ---- reading ---- */

/* Its five bits; -1: never used. */
static int
value_of(char c)
{
	const char *at;

	if (c >= 'a' && c <= 'z')
		c = (char)(c - 'a' + 'A');
	if (c == 'O')
		c = '0';
	if (c == 'I' || c == 'L')
		c = '1';
	at = c == '\0' ? NULL : strchr(digits, c);
	return at == NULL ? -1 : (int)(at - digits);
}

static int
decode(struct str typed, uint8_t bytes[PART + CHECK], struct err *e)
{
	unsigned n = 0;

	memset(bytes, 0, PART + CHECK);
	for (size_t i = 0; i < typed.n; i++) {
		int value;
		unsigned at = 5 * n;

		if (char_is_blank(typed.p[i]) || typed.p[i] == '-' || typed.p[i] == '\r')
			continue;
		value = value_of(typed.p[i]);
		if (value == -1)
			return err_set(e, ERR_SYNTAX, "character %u is never used", n + 1);
		if (++n > CHARACTERS)
			return err_set(e, ERR_SYNTAX, "more than %d characters", CHARACTERS);
		bytes[at / 8] |= (uint8_t)((unsigned)value << 3 >> at % 8);
		if (at % 8 > 3)
			bytes[at / 8 + 1] |= (uint8_t)((unsigned)value << (11 - at % 8));
	}
	if (n < CHARACTERS)
		return err_set(e, ERR_SYNTAX, "%u characters; %d are wanted", n, CHARACTERS);
	return 0;
}

int
sheet_line(unsigned number, struct str typed, struct custodian_secret *secret, struct err *e)
{
	uint8_t bytes[PART + CHECK], check[CHECK];
	int rc = decode(typed, bytes, e);

	make_check(number, bytes, check);
	if (rc == 0 && sodium_memcmp(check, bytes + PART, CHECK) != 0)
		rc = err_set(e, ERR_SYNTAX, "mistyped, or another line");
	if (rc == 0)
		memcpy(secret->b + (number - 1) * PART, bytes, PART);
	sodium_memzero(bytes, sizeof bytes);
	return rc == 0 ? 0 : err_at(e, "line %u of the sheet", number);
}

/* The number before a line of the key; 0: it is none. */
static unsigned
number_of(struct str *line)
{
	struct str rest = str_trim(*line);

	if (rest.n < 2 || rest.p[0] < '1' || rest.p[0] > '0' + SHEET_LINES ||
	    !char_is_blank(rest.p[1]))
		return 0;
	*line = str_from(rest, 2);
	return (unsigned)(rest.p[0] - '0');
}

int
sheet_read(struct str text, struct custodian_secret *secret, struct err *e)
{
	bool seen[SHEET_LINES + 1] = { false };
	struct str line;

	while (str_line(&text, &line)) {
		unsigned number = number_of(&line);

		if (number == 0)
			continue;
		if (seen[number])
			return err_set(e, ERR_SYNTAX, "line %u of the sheet: twice", number);
		seen[number] = true;
		if (sheet_line(number, line, secret, e) == -1)
			return -1;
	}
	for (unsigned i = 1; i <= SHEET_LINES; i++)
		if (!seen[i])
			return err_set(e, ERR_SYNTAX, "line %u of the sheet: missing", i);
	return 0;
}
