/* SPDX-License-Identifier: ISC */
#include <sodium.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

#include "cli/cli.h"
#include "keys/grant.h"
#include "keys/keyfile.h"
#include "keys/private.h"
#include "net/jwt.h"
#include "net/oauth.h"

/* The server may give another refresh token (RFC 6749 section 6): the old one is then spent. */
static int
keep(const char *state, const char *name, const struct grant *old, const struct oauth_answer *a,
    struct err *e)
{
	struct grant g = { .client = old->client, .refresh_token = a->refresh_token };

	if (a->refresh_token.n == 0 || str_eq(a->refresh_token, old->refresh_token))
		return 0;
	g.obtained = (uint64_t)time(NULL);
	g.expires = a->refresh_expires_in_s > 0 ? g.obtained + a->refresh_expires_in_s : 0;
	return grant_save(state, name, &g, e);
}

static int
refresh(const char *state, const struct conf_mailbox *box, const struct grant *g,
    struct oauth_answer *a, struct err *e)
{
	struct buf secret = BUF_MAX(KEYFILE_MAX);
	int rc = 0;

	if (!str_eq(g->client, str_of(box->oauth_client_id))) {
		err_set(e, ERR_CONFIG, "its token was given to another oauth_client_id");
		return err_at(e, "`mailseal login %s` mends this", box->account);
	}
	if (box->oauth_client_secret_file != NULL)
		rc = private_line(box->oauth_client_secret_file, &secret, e);
	if (rc == 0)
		rc = oauth_by_refresh(box, buf_str(&secret), g->refresh_token, a, e);
	keyfile_wipe(&secret);
	if (rc == -1 && e->kind == ERR_REFUSED) {
		e->kind = ERR_CONFIG;
		err_at(e,
		    "`mailseal login %s` mends this (an OAuth app that is still in 'Testing' at "
		    "Google loses its tokens after 7 days)",
		    box->account);
	}
	if (rc == 0) {
		rc = keep(state, box->account, g, a, e);
		if (rc == -1)
			oauth_answer_free(a);
	}
	return rc;
}

static int
by_grant(const char *state, const struct conf_mailbox *box, struct oauth_answer *a, struct err *e)
{
	int lock = grant_lock(state, e), rc;
	struct grant g;

	if (lock == -1)
		return -1;
	rc = grant_load(state, box->account, &g, e);
	if (rc == 0) {
		rc = refresh(state, box, &g, a, e);
		grant_wipe(&g);
	} else if (e->kind != ERR_SYSTEM) {
		err_at(e, "`mailseal login %s` mends this", box->account);
	}
	close(lock);
	return rc;
}

static int
by_account(const struct conf_mailbox *box, struct oauth_answer *a, struct err *e)
{
	struct buf file = BUF_MAX(JWT_KEY_FILE_MAX), jwt = BUF_MAX(JWT_MAX);
	struct jwt_account *account = NULL;
	int rc;

	rc = private_file(box->service_account_file, &file, e);
	if (rc == 0)
		account = jwt_account_read(buf_str(&file), e);
	keyfile_wipe(&file);
	if (account == NULL)
		return rc == -1 ? -1 : err_at(e, "%s", box->service_account_file);
	rc = jwt_sign(account, box->user, box->oauth_scope, box->oauth_token_url,
	    (int64_t)time(NULL), &jwt, e);
	jwt_account_free(account);
	if (rc == 0)
		rc = oauth_by_assertion(box, buf_str(&jwt), a, e);
	keyfile_wipe(&jwt);
	if (rc == -1 && e->kind == ERR_REFUSED)
		return err_at(e,
		    "the service account may not open this mailbox (domain-wide delegation for "
		    "oauth_scope is set in the domain's admin console)");
	return rc;
}

/* An access token, alone on a line: what mailseald runs at each login where oauth is configured. */
int
cmd_token(struct cli *c, int argc, char **argv)
{
	const struct conf_mailbox *box;
	struct oauth_answer a = { 0 };
	struct err e = { 0 };
	int rc;

	if (argc != 2 || argv[1][0] == '-')
		return cli_usage("token", false);
	prctl(PR_SET_DUMPABLE, 0);
	box = cli_oauth(c, argv[1], &e);
	if (box == NULL)
		return cli_fail(&e);
	if (box->service_account_file != NULL)
		rc = by_account(box, &a, &e);
	else
		rc = by_grant(c->conf->state, box, &a, &e);
	if (rc == -1)
		return cli_fail(&e);
	fwrite(a.access_token.p, 1, a.access_token.n, stdout); /* visible ASCII */
	putchar('\n');
	oauth_answer_free(&a);
	return EX_OK;
}
