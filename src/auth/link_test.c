/* SPDX-License-Identifier: ISC */
#include "auth/link.h"

#include "base/test.h"

#define OUTLOOK    "https://nam02.safelinks.protection.outlook.com/?url="
#define PROOFPOINT "https://urldefense.proofpoint.com/v2/url?u="

/* The forms are those that Microsoft, Google and Proofpoint write. */
static const struct {
	const char *what, *text;
	bool file;
} rows[] = {
	{ "nothing", "", false },
	{ "a page", "https://www.example.com/s/1", false },
	{ "a file", "https://drive.google.com/file/d/1/view", true },
	{ "a port", "https://www.box.com:443/s/1", true },
	{ "what is no port", "https://www.box.com:%2F443/s/1", false },
	{ "Safe Links", OUTLOOK "https%3A%2F%2Fdrive.google.com%2Ffile%2Fd%2F1%2Fview&data=05%7C02",
	    true },
	{ "Safe Links in HTML",
	    "<a href=\"" OUTLOOK "https%3A%2F%2Ffirm.sharepoint.com%2F%3Aw%3A%2Fs%2Fx&amp;data=05",
	    true },
	{ "Safe Links, a page", OUTLOOK "https%3A%2F%2Fwww.example.com%2Fs%2F1&data=05%7C02",
	    false },
	{ "small hex digits", OUTLOOK "https%3a%2f%2fwe.tl%2ft-1&data=05", true },
	{ "the host ends in the next parameter", OUTLOOK "https%3A%2F%2Fdropbox.com&x=%2Fs%2F",
	    false },
	{ "Google", "https://www.google.com/url?q=https://we.tl/t-1&sa=D", true },
	{ "Google, escaped", "https://www.google.com/url?q=https%3A%2F%2Fwe.tl%2Ft-1&sa=D", true },
	{ "Google in Safe Links",
	    OUTLOOK
	    "https%3A%2F%2Fwww.google.com%2Furl%3Fq%3Dhttps%253A%252F%252Fwe.tl%252Ft-1%26sa",
	    true },
	{ "Proofpoint 2",
	    PROOFPOINT "https-3A__www.dropbox.com_s_1_a.pdf-3Fdl-3D0&d=DwMFaQ&c=x&r=y&m=z", true },
	{ "Proofpoint 2, a page", PROOFPOINT "https-3A__www.example.com_s_1&d=DwMFaQ", false },
	{ "Proofpoint 2, a name with a hyphen",
	    PROOFPOINT "https-3A__firm-2Dmy.sharepoint.com_personal_a&d=DwMFaQ", true },
	{ "Proofpoint 2 around Safe Links",
	    PROOFPOINT
	    "https-3A__nam02.safelinks.protection.outlook.com_-3Furl-3Dhttps-253A-252F-252F"
	    "we.tl-252Ft-2D1-26data&d=DwMFaQ",
	    true },
	{ "Safe Links around Proofpoint 2",
	    OUTLOOK
	    "https%3A%2F%2Furldefense.proofpoint.com%2Fv2%2Furl%3Fu%3Dhttps-3A__we.tl_t-2D1%26d",
	    true },
	{ "Proofpoint 3",
	    "https://urldefense.com/v3/__https://drive.google.com/file/d/1/view__;!!abc!xyz$",
	    true },
	{ "an escape that breaks off", "%2F%2", false },
	{ "what is none", "%2F%2Gwe.tl/", false },
};

static void
links(void **state)
{
	(void)state;
	for (size_t i = 0; i < TEST_ROWS(rows); i++)
		if (link_to_file(str_of(rows[i].text)) != rows[i].file)
			fail_msg("%s", rows[i].what);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(links),
	};

	return cmocka_run_group_tests_name("auth/link", tests, NULL, NULL);
}
