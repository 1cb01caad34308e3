/* SPDX-License-Identifier: ISC */
#include "conf/account.h"

#include <stdlib.h>
#include <string.h>

#define GOOGLE_AUTHORIZATION "https://accounts.google.com/o/oauth2/v2/auth"
#define GOOGLE_TOKEN         "https://oauth2.googleapis.com/token"
#define GOOGLE_SCOPE         "https://mail.google.com/"

/* Where Microsoft's stores are reached: these names and all below them. */
static const char *const exchange[] = {
	"hotmail.com",
	"live.com",
	"office.com",
	"office365.com",
	"office365.us",
	"outlook.cn",
	"outlook.com",
	"outlook.de",
	"outlook.office365.us",
};

static bool
is_below(struct str host, struct str domain)
{
	struct str end;

	if (host.n < domain.n)
		return false;
	end = str_from(host, host.n - domain.n);
	return str_caseeq(end, domain) &&
	       (host.n == domain.n || host.p[host.n - domain.n - 1] == '.');
}

static bool
is_exchange(struct str host)
{
	if (str_ends(host, STR(".")))
		host.n--;
	for (size_t i = 0; i < sizeof exchange / sizeof exchange[0]; i++)
		if (is_below(host, str_of(exchange[i])))
			return true;
	return false;
}

static void
fallback(char **value, const char *text)
{
	if (*value != NULL)
		return;
	*value = strdup(text);
	if (*value == NULL)
		abort();
}

/* What it takes to fetch a token; NULL, or what is wrong. */
static const char *
oauth_complaint(struct conf_mailbox *m)
{
	if (strcmp(m->oauth, "google") == 0) {
		fallback(&m->oauth_authorization_url, GOOGLE_AUTHORIZATION);
		fallback(&m->oauth_token_url, GOOGLE_TOKEN);
		fallback(&m->oauth_scope, GOOGLE_SCOPE);
	} else if (strcmp(m->oauth, "other") != 0) {
		return "oauth: google or other is wanted";
	}
	if (m->oauth_client_id != NULL && m->service_account_file != NULL)
		return "oauth_client_id or service_account_file, not both";
	if (m->oauth_client_id == NULL && m->service_account_file == NULL)
		return "oauth wants oauth_client_id, or service_account_file";
	if (m->oauth_token_url == NULL || m->oauth_scope == NULL)
		return "oauth = other wants oauth_token_url and oauth_scope";
	if (m->oauth_client_id != NULL && m->oauth_authorization_url == NULL)
		return "oauth = other wants oauth_authorization_url";
	if (!str_starts(str_of(m->oauth_token_url), STR("https://")))
		return "oauth_token_url: an https:// address is wanted";
	if (m->oauth_authorization_url != NULL &&
	    !str_starts(str_of(m->oauth_authorization_url), STR("https://")))
		return "oauth_authorization_url: an https:// address is wanted";
	return NULL;
}

static bool
has_oauth_details(const struct conf_mailbox *m)
{
	return m->oauth_client_id != NULL || m->oauth_client_secret_file != NULL ||
	       m->oauth_authorization_url != NULL || m->oauth_token_url != NULL ||
	       m->oauth_scope != NULL || m->oauth_ca_file != NULL ||
	       m->service_account_file != NULL;
}

/* What systemd takes for one: a file's name (systemd.exec(5)). */
static bool
is_credential(struct str name)
{
	return name.n <= 255 && name.p[0] != '.' && str_chr(name, '/') == -1;
}

static const char *
secret_complaint(struct conf_mailbox *m)
{
	unsigned n = (m->password_file != NULL) + (m->password_credential != NULL) +
	             (m->password_command != NULL) + (m->token_command != NULL) +
	             (m->oauth != NULL);

	if (n == 0)
		return "password_file, password_credential, password_command, token_command or "
		       "oauth is missing";
	if (n > 1)
		return "password_file, password_credential, password_command, token_command or "
		       "oauth, only one of them";
	if (m->password_credential != NULL && !is_credential(str_of(m->password_credential)))
		return "password_credential: a name is wanted, not a path";
	if (m->oauth != NULL)
		return oauth_complaint(m);
	return has_oauth_details(m) ? "oauth_… and service_account_file want oauth" : NULL;
}

int
account_check(struct conf_mailbox *m, const char *file, struct err *e)
{
	const char *wrong = NULL;

	if (m->host == NULL)
		wrong = "host is missing";
	else if (m->user == NULL)
		wrong = "user is missing";
	else if (is_exchange(str_of(m->host)))
		wrong = "Microsoft 365 and outlook.com rewrite the bodies they store, so that DKIM "
		        "signatures no longer verify: file elsewhere (as a sender they are fine; "
		        "see mailseal.conf(5))";
	else
		wrong = secret_complaint(m);
	return wrong == NULL ? 0
	                     : err_set(e, ERR_CONFIG, "%s: [mailbox %s]: %s", file, m->name, wrong);
}
