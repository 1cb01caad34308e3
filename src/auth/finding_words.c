/* SPDX-License-Identifier: ISC */
#include "auth/finding_words.h"

#include <string.h>

/* Codes that end with the name of a field; it stands before the words. */
static const struct {
	const char *prefix, *words;
} families[] = {
	{ "duplicate-", "is there more than once: readers differ on which they show" },
	{ "ambiguous-", "is there more often than it was signed: which one a reader sees is open" },
	{ "unsigned-",
	    "was not signed by the author's server: anybody on the way can have written it" },
};

static const struct {
	const char *code, *words;
} sentences[] = {
	{ "bare-lf", "a line ends without CR: readers differ on where lines end" },
	{ "bare-cr", "a line ends without LF: readers differ on where lines end" },
	{ "nul-byte", "there is a NUL, at which some readers stop" },
	{ "bare-lf-separator", "some readers begin the body within the header" },
	{ "eight-bit-header", "the header has letters that are not ASCII and not encoded" },
	{ "malformed-field",
	    "a line of the header is no field; some readers begin the body there" },
	{ "no-separator", "no empty line ends the header" },
	{ "missing-from", "nobody is named as the author" },
	{ "missing-date", "there is no date" },
	{ "added-above", "a field that was not signed stands where only later ones stand" },
	{ "date-far-off", "the date is far from when it was signed or received" },
	{ "no-author-address", "the author is named without an address" },
	{ "several-from-addresses", "more than one author is named; readers show one" },
	{ "display-name-address", "the author's name is somebody else's address" },
	{ "display-name-domain", "the author's name is somebody else's site" },
	{ "hidden-characters",
	    "a name or the subject hides characters, or turns their order around" },
	{ "mixed-scripts", "the author's domain mixes alphabets whose letters look alike: it may "
	                   "not be what it seems" },
	{ "look-alike-domain",
	    "the author's domain is in another alphabet, in letters that look like "
	    "those of ASCII: it may not be what it seems" },
	{ "recipients-changed", "To or Cc were others when the provider received it" },
	{ "recipient-domain", "this copy was made for a domain that neither To nor Cc names" },
	{ "short-key", "the keys are so short that their signatures can be forged for money" },
	{ "duplicate-boundary", "readers differ on what the parts of the message are" },
	{ "nested-boundary", "readers differ on where an inner part ends" },
	{ "missing-boundary", "it should have parts, and it is not said what divides them" },
	{ "boundary-in-pieces",
	    "what divides the parts is written in a way that not every reader knows: some show "
	    "none" },
	{ "hidden-part", "a part lies where readers show none" },
	{ "duplicate-part-field", "it is said twice how a part is to be read" },
	{ "unclosed-multipart", "the last part has no end; it may have been cut off" },
	{ "limit-parts",
	    "there are more parts, or they lie deeper or say more of themselves, than is looked "
	    "at" },
	{ "encoded-multipart", "all its parts are said to be encoded together: some readers decode "
	                       "them, some do not" },
	{ "unknown-encoding", "it is not known how a part is encoded: readers guess" },
	{ "opaque-charset", "a text is in UTF-7: readers that do not know it show other words" },
	{ "file-name-differs", "a file has two names, of two kinds: readers show one of them" },
	{ "uuencoded-file", "a file is written into the text: some readers show the file, some the "
	                    "letters" },
	{ "partial-message", "the rest of it is in other messages" },
	{ "dynamic-part", "some readers show a part that loads what it says when it is opened" },
	{ "cloud-attachment", "a file lies behind a link: what is there is not in the mail" },
	{ "winmail-dat", "a part is in Microsoft's own wrapping, which few readers open" },
	{ "encrypted-part", "a part is encrypted: what it says is not known here" },
	{ "smime-signed", "a part has a signature of its own, which was not examined" },
	{ "body-partly-signed", "the end of the body was not signed: anybody can have added it" },
	{ "body-interpretation",
	    "the bytes of the body were signed, but not what says how to read them" },
	{ "from-unaligned", "the signatures are of other domains than the author's" },
	{ "dmarc-tree-walk-differs",
	    "DMARC says one thing by the list of public suffixes, another by the domains' own "
	    "records" },
	{ "authentication-results-contradicted",
	    "a field tells of a check that passed, and it does not pass" },
	{ "not-received-by-provider", "the provider does not seem to have received it by SMTP" },
	{ "limit-header", "the header is so large that no signature was verified" },
	{ "limit-signatures", "there are more signatures than are verified" },
	{ "limit-segments", "there are more pieces than are told apart" },
	{ "limit-testimony", "fields tell of more checks than are looked at" },
	{ "unexaminable", "the examination died of it: nothing is known but its bytes" },
};

void
finding_say(struct buf *out, const char *code)
{
	for (size_t i = 0; i < sizeof sentences / sizeof sentences[0]; i++)
		if (strcmp(code, sentences[i].code) == 0) {
			buf_add(out, str_of(sentences[i].words));
			return;
		}
	for (size_t i = 0; i < sizeof families / sizeof families[0]; i++)
		if (str_starts(str_of(code), str_of(families[i].prefix))) {
			buf_add(out, str_of(code + strlen(families[i].prefix)));
			buf_printf(out, " %s", families[i].words);
			return;
		}
}
