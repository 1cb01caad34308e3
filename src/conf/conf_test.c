/* SPDX-License-Identifier: ISC */
#include "conf/conf.h"

#include "base/test.h"

#define BARE    "[mailbox a]\nhost = h\nuser = u\n"
#define MAILBOX "[mailbox a]\nhost = h\nuser = u\npassword_file = /p\n"

#define ONE_SECRET                                                                                \
	"f: [mailbox a]: password_file, password_credential, password_command, token_command or " \
	"oauth, only one of "                                                                     \
	"them"

/* want: NULL when the text is good, else the message. */
static const struct {
	const char *text, *want;
} rows[] = {
	{ "", NULL },
	{ MAILBOX, NULL },
	{ "[dns]\nresolver = 127.0.0.1@53 ::1\n", NULL },
	{ "[daemon]\nstate = var\n", "f:2: state: a path that begins with \"/\" is wanted" },
	{ "[daemon]\nstat = /var\n",
	    "f:2: no directive \"stat\" in [daemon]; mailseal.conf(5) lists them" },
	{ "[nobody]\nstate = /x\n",
	    "f:2: no directive \"state\" in [nobody]; mailseal.conf(5) lists them" },
	{ "[daemon]\ncheckers = 65\n", "f:2: checkers: a number, 0 to 64, is wanted" },
	{ "[daemon]\ncheckers = two\n", "f:2: checkers: a number, 0 to 64, is wanted" },
	{ "[daemon]\nstate = /a\nstate = /b\n", "f:3: state stands twice" },
	{ "[daemon x]\nstate = /a\n", "f:2: only [mailbox NAME] takes a name" },
	{ "[daemon]\nstate\n", "f:2: neither [section] nor name = value" },
	{ "[mailbox a/b]\nhost = h\n",
	    "f:2: a mailbox's name is up to 64 letters, digits, \"-\", \"_\", \".\"" },
	{ "[mailbox a]\nuser = u\n", "f: [mailbox a]: host is missing" },
	{ "[mailbox a]\nhost = h\nuser = u\n",
	    "f: [mailbox a]: password_file, password_credential, password_command, token_command "
	    "or oauth is missing" },
	{ MAILBOX "password_command = x\n", ONE_SECRET },
	{ MAILBOX "password_credential = x\n", ONE_SECRET },
	{ "[mailbox a]\nhost = h\nuser = u\npassword_credential = ../x\n",
	    "f: [mailbox a]: password_credential: a name is wanted, not a path" },
	{ MAILBOX "oauth = google\n", ONE_SECRET },
	{ BARE "token_command = x\n", NULL },
	{ BARE "token_command = x\noauth_scope = s\n",
	    "f: [mailbox a]: oauth_… and service_account_file want oauth" },
	{ BARE "oauth = google\noauth_client_id = i\n", NULL },
	{ BARE "oauth = google\nservice_account_file = /k\n", NULL },
	{ BARE "oauth = yes\n", "f: [mailbox a]: oauth: google or other is wanted" },
	{ BARE "oauth = google\n",
	    "f: [mailbox a]: oauth wants oauth_client_id, or service_account_file" },
	{ BARE "oauth = google\noauth_client_id = i\nservice_account_file = /k\n",
	    "f: [mailbox a]: oauth_client_id or service_account_file, not both" },
	{ BARE "oauth = other\noauth_client_id = i\n",
	    "f: [mailbox a]: oauth = other wants oauth_token_url and oauth_scope" },
	{ BARE "oauth = other\noauth_client_id = i\noauth_token_url = https://x\noauth_scope = s\n",
	    "f: [mailbox a]: oauth = other wants oauth_authorization_url" },
	{ BARE "oauth = google\noauth_client_id = i\noauth_token_url = http://x\n",
	    "f: [mailbox a]: oauth_token_url: an https:// address is wanted" },
	{ BARE "oauth = google\noauth_client_id = i\noauth_authorization_url = ftp://x\n",
	    "f: [mailbox a]: oauth_authorization_url: an https:// address is wanted" },
	{ "[dns]\ntimeout_s = 1\ntimeout_s = 2\n", "f:3: timeout_s stands twice" },
	{ MAILBOX "\n\fg\n[mailbox a]\nhost = i\n", NULL },
	{ MAILBOX "\n\fg\n[mailbox a]\nhost = i\nhost = j\n", "g:3: host stands twice" },
	{ MAILBOX "\n\fg\nport = 1\n",
	    "g:1: no directive \"port\" in []; mailseal.conf(5) lists them" },
	{ MAILBOX "port = 0\n", "f:5: port: a number, 1 to 65535, is wanted" },
	{ MAILBOX "folder = a, b c\n", NULL },
	{ MAILBOX "folder = a,\n", "f: [mailbox a]: folder: a name is empty" },
	{ MAILBOX "folder = x, b c, b/c\n",
	    "f: [mailbox a]: folder: two would be called a/b_c: give one a section" },
	{ "[dns]\nresolver = 1 2 3 4 5 6 7 8 9\n", "f:2: more than 8 resolvers" },
};

static void
messages(void **state)
{
	(void)state;
	for (size_t i = 0; i < TEST_ROWS(rows); i++) {
		struct err e = { 0 };
		struct conf *c = conf_parse(str_of(rows[i].text), "f", &e);

		if (rows[i].want == NULL && c == NULL)
			fail_msg("%s: %s", rows[i].text, e.text);
		if (rows[i].want != NULL)
			test_str(rows[i].text, str_of(e.text), rows[i].want);
		conf_free(c);
	}
}

static void
values(void **state)
{
	struct conf *c = conf_parse(STR("[daemon]\nstate = /s\n" MAILBOX), "f", NULL);

	(void)state;
	assert_non_null(c);
	assert_string_equal(c->published, "/s/published");
	assert_int_equal(c->mailbox[0].port, 993);
	assert_string_equal(c->mailbox[0].folder, "INBOX");
	assert_ptr_equal(conf_mailbox(c, STR("a")), &c->mailbox[0]);
	assert_null(conf_mailbox(c, STR("b")));
	conf_free(c);
}

/* What a drop-in says replaces what the file before it said. */
static void
replaced(void **state)
{
	static const char text[] =
	    "[dns]\nresolver = 1 2\n" MAILBOX "\n\fg\n[mailbox a]\nhost = i\n[dns]\nresolver = 3\n";
	struct conf *c = conf_parse(str_of(text), "f", NULL);

	(void)state;
	assert_non_null(c);
	assert_string_equal(c->mailbox[0].host, "i");
	assert_string_equal(c->mailbox[0].user, "u");
	assert_int_equal(c->n_resolvers, 1);
	assert_string_equal(c->resolver[0], "3");
	conf_free(c);
}

/* Exchange's stores are refused by name, however it is written; others are not. */
static const struct {
	const char *host;
	bool refused;
} hosts[] = {
	{ "outlook.office365.com", true },
	{ "OUTLOOK.Office365.COM", true },
	{ "imap-mail.outlook.com.", true },
	{ "outlook.com", true },
	{ "partner.outlook.cn", true },
	{ "imap.gmail.com", false },
	{ "notoutlook.com", false },
	{ "outlook.com.example", false },
	{ "live.company.example", false },
};

static void
exchange(void **state)
{
	char text[200];

	(void)state;
	for (size_t i = 0; i < TEST_ROWS(hosts); i++) {
		struct err e = { 0 };
		struct conf *c;

		snprintf(text, sizeof text,
		    "[mailbox a]\nhost = %s\nuser = u\npassword_file = /p\n", hosts[i].host);
		c = conf_parse(str_of(text), "f", &e);
		if ((c == NULL) != hosts[i].refused)
			fail_msg("%s: %s", hosts[i].host, e.text);
		if (c == NULL)
			assert_non_null(strstr(e.text, "rewrite the bodies"));
		conf_free(c);
	}
}

static void
google(void **state)
{
	struct conf *c = conf_parse(STR(BARE "oauth = google\noauth_client_id = i\n"), "f", NULL);

	(void)state;
	assert_non_null(c);
	assert_string_equal(c->mailbox[0].oauth_token_url, "https://oauth2.googleapis.com/token");
	assert_string_equal(c->mailbox[0].oauth_scope, "https://mail.google.com/");
	conf_free(c);
}

static void
folders(void **state)
{
	struct conf *c = conf_parse(STR("[mailbox g]\nhost = imap.gmail.com\nuser = u\nport = 99\n"
	                                "password_file = /p\n" MAILBOX "folder = x, Sent Items\n"),
	    "f", NULL);
	static const char *const want[][3] = {
		{ "g", "g", "\\All" },
		{ "a", "a", "x" },
		{ "g/Junk", "g", "\\Junk" },
		{ "a/Sent_Items", "a", "Sent Items" },
	};

	(void)state;
	assert_non_null(c);
	assert_int_equal(c->n_mailboxes, 4);
	for (size_t i = 0; i < 4; i++) {
		assert_string_equal(c->mailbox[i].name, want[i][0]);
		assert_string_equal(c->mailbox[i].account, want[i][1]);
		assert_string_equal(c->mailbox[i].folder, want[i][2]);
	}
	assert_string_equal(conf_mailbox(c, STR("g/Junk"))->password_file, "/p");
	assert_int_equal(conf_mailbox(c, STR("g/Junk"))->port, 99);
	assert_int_equal(conf_mailbox(c, STR("g"))->daily_mb, 1900);
	assert_int_equal(conf_mailbox(c, STR("g/Junk"))->daily_mb, 238);
	assert_int_equal(conf_mailbox(c, STR("a"))->daily_mb, 0);
	conf_free(c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(messages),
		cmocka_unit_test(values),
		cmocka_unit_test(replaced),
		cmocka_unit_test(exchange),
		cmocka_unit_test(google),
		cmocka_unit_test(folders),
	};

	return cmocka_run_group_tests_name("conf", tests, NULL, NULL);
}
