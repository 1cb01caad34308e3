/* SPDX-License-Identifier: ISC */
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/loopback.h"
#include "keys/grant.h"
#include "keys/keyfile.h"
#include "keys/private.h"
#include "net/oauth.h"

enum {
	URL_MAX = 8192, /* bytes of the address for the browser */
	DAY_S = 86400,
};

static int
invite(const struct conf_mailbox *box, const struct oauth_consent *consent, struct err *e)
{
	struct buf url = BUF_MAX(URL_MAX);
	int rc;

	oauth_consent_url(box, consent, &url);
	rc = buf_check(&url, "address", e);
	if (rc == 0) {
		fputs("Open this address in a browser, and log in as ", stdout);
		cli_print(stdout, str_of(box->user));
		fputs(":\n\n  ", stdout);
		cli_print(stdout, buf_str(&url));
		fputs(
		    "\n\nThe browser comes back to this host by itself.  If it runs on another "
		    "one, "
		    "it ends at a\npage that cannot be shown: paste the address of that page here, "
		    "and press Enter.\n",
		    stdout);
		fflush(stdout);
	}
	buf_free(&url);
	return rc;
}

/* The code, from the browser or pasted. */
static int
get_code(
    const struct conf_mailbox *box, struct oauth_consent *consent, struct buf *code, struct err *e)
{
	uint16_t port;
	int fd = loopback_open(&port, e), rc;

	if (fd == -1)
		return -1;
	oauth_random(consent->state);
	oauth_random(consent->verifier);
	snprintf(consent->redirect_uri, sizeof consent->redirect_uri, "http://127.0.0.1:%u/", port);
	rc = invite(box, consent, e);
	if (rc == 0)
		rc = loopback_wait(fd, consent->state, code, e);
	close(fd);
	return rc;
}

static int
exchange(const struct conf_mailbox *box, const struct oauth_consent *consent, struct str code,
    struct oauth_answer *a, struct err *e)
{
	struct buf secret = BUF_MAX(KEYFILE_MAX);
	int rc = 0;

	if (box->oauth_client_secret_file != NULL)
		rc = private_line(box->oauth_client_secret_file, &secret, e);
	if (rc == 0)
		rc = oauth_by_code(box, buf_str(&secret), consent, code, a, e);
	keyfile_wipe(&secret);
	if (rc == 0 && a->refresh_token.n == 0) {
		oauth_answer_free(a);
		return err_set(e, ERR_CONFIG,
		    "the server gave an access token, but no refresh token: mailseald could not "
		    "renew it");
	}
	return rc;
}

static int
keep(const char *state, const struct conf_mailbox *box, const struct oauth_answer *a, struct err *e)
{
	struct grant g = { .client = str_of(box->oauth_client_id),
		.refresh_token = a->refresh_token,
		.obtained = (uint64_t)time(NULL) };
	int lock = grant_lock(state, e), rc;

	if (lock == -1)
		return -1;
	if (a->refresh_expires_in_s > 0)
		g.expires = g.obtained + a->refresh_expires_in_s;
	rc = grant_save(state, box->account, &g, e);
	close(lock);
	return rc;
}

static void
say_done(const struct conf_mailbox *box, const struct oauth_answer *a)
{
	printf("mailseal has a token for %s; mailseald uses it at its next try.\n", box->account);
	if (a->refresh_expires_in_s > 0)
		printf("The server takes it back in %llu days: log in again before.  (At Google: "
		       "an OAuth app\nin \"Testing\"; \"In production\" its tokens stay.)\n",
		    (unsigned long long)(a->refresh_expires_in_s / DAY_S));
}

static int
log_in(const char *state, const struct conf_mailbox *box, struct err *e)
{
	struct buf code = BUF_MAX(OAUTH_CODE_MAX);
	struct oauth_consent consent;
	struct oauth_answer a;
	int rc = get_code(box, &consent, &code, e);

	if (rc == 0)
		rc = exchange(box, &consent, buf_str(&code), &a, e);
	keyfile_wipe(&code);
	if (rc == -1)
		return -1;
	rc = keep(state, box, &a, e);
	if (rc == 0)
		say_done(box, &a);
	oauth_answer_free(&a);
	return rc;
}

/* A person consents, in a browser, once; what comes of it is kept for mailseald. */
int
cmd_login(struct cli *c, int argc, char **argv)
{
	const struct conf_mailbox *box;
	struct err e = { 0 };

	if (argc != 2 || argv[1][0] == '-')
		return cli_usage("login", false);
	prctl(PR_SET_DUMPABLE, 0);
	box = cli_oauth(c, argv[1], &e);
	if (box == NULL)
		return cli_fail(&e);
	if (box->service_account_file != NULL)
		err_set(&e, ERR_CONFIG,
		    "[mailbox %s] has a service account and needs no login.  Its key opens every "
		    "mailbox of the domain: a login is the better way",
		    box->account);
	else if (log_in(c->conf->state, box, &e) == 0)
		return EX_OK;
	return cli_fail(&e);
}
