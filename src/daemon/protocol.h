/* SPDX-License-Identifier: ISC */
#ifndef DAEMON_PROTOCOL_H
#define DAEMON_PROTOCOL_H

/*
 * protocol: what the processes say to each other.  The only header they share.
 *
 * One message is one packet (proc/channel.h): verb key=value … LF payload, descriptors beside it.
 * N stands for a mailbox's name in the configuration.  Times are Unix seconds, sizes bytes,
 * hashes 64 hex digits, DNS types numbers (RFC 1035 section 3.2.2; dns/evidence.h).  The receiver
 * checks every value; what is not in this table is refused and ends the connection, which the parent
 * notices and mends by starting the sender anew.
 *
 * parent → each
 *	start role=R name=N|-              fd0: the configuration's text; fd1: a directory (signer)
 *	peer role=R name=N|-               fd0: a channel to that process; replaces an older one
 *	credential mailbox=N               payload: the secret (answer to "credential")
 *	credential-failed mailbox=N        payload: why, in words
 *	errand what=alarm|publish id=I result=done|failed
 *	                                   (keeper) payload: why it failed
 *	summary due=T                      (keeper) the weekly summary of then is to be told
 *	trouble code=C                     (keeper) payload: what is wrong LF what mends it; empty: it
 *	                                   is over
 *	stop                               finish what is held, then exit 0
 * each → parent
 *	ready                              in its sandbox, at work
 *	credential mailbox=N               (fetcher)
 *	errand what=alarm|publish id=I     (keeper) payload: what alarm_command is told
 *	state                              (keeper) payload: how all is, in a few words
 *	alive mailbox=N within=S           (fetcher) after tagged answers of the server, and when it
 *	                                   rests after a failure that was not ours; the next comes
 *	                                   within S seconds
 *
 * fetcher → asker
 *	dial mailbox=N
 * asker → fetcher
 *	dialed mailbox=N address=A         fd0: the connected socket
 *	dial-failed mailbox=N              payload: why
 *
 * fetcher → keeper
 *	begin mailbox=N                    before anything else: is it to be watched?
 *	open mailbox=N uidvalidity=V uidnext=U exists=E tls=TLSv1.3 certificate=H
 *	message uid=U internaldate=T rfc822-size=S [gm-msgid=G]
 *	                                   fd0: the bytes, a memfd sealed against writing; G:
 *	                                   X-GM-MSGID, 0 for none
 *	message-again uid=U                                 fd0: the same; answer to "again"
 *	gone uid=U                                          answer to "again": it is no longer there
 *	quota used=K limit=K               what the server lets the account store, in units of 1,024
 *	                                   bytes
 *	trying uid=U                       the next "message" is to be this one, or it failed
 *	held uidnext=U exists=E listed=L modseq=M more=yes|no  payload: UIDs that are there, as
 *	                                   ranges (base/ranges.h) that ascend from part to part;
 *	                                   more=no: that was all, and L of E messages were named;
 *	                                   M: HIGHESTMODSEQ (RFC 7162), 0 without
 *	lost                                                the session ended; "open" comes again
 *	failed code=C|-                                     payload: why there is none; C: a trouble of
 *	                                                    the mailbox (store/trouble.c)
 * keeper → fetcher
 *	watch                              it is (answer to "begin")
 *	retired                            it is not; also at any other time
 *	resume after=U credit=C careful=yes|no
 *	                                   take the UIDs above U; at most C bytes may be under way;
 *	                                   careful: the first ones singly, each after a "trying"
 *	missing again_s=S                  payload: UIDs, as ranges, to be brought as "message"; to be
 *	                                   counted again after S seconds at the latest
 *	sealed uid=U credit=C              that message is durable; C bytes more may be sent
 *	again uid=U                        its examination is not done and the bytes are gone
 *
 * keeper → checker
 *	job job=J received=T               fd0: the message, read-only
 *	answer job=J type=Q outcome=answered|failed security=insecure|secure|bogus name=L
 *	                                   payload: the name (L bytes), then the packet
 *	answered job=J                     all needs of this round have had their answer
 * checker → keeper
 *	needs job=J                        payload: lines "<type> <name>"; ends the round
 *	lines job=J                        payload: examination lines (seal/examination.h), part of
 *	done job=J complete=yes|no         after the last "lines"
 *	leave job=J                        it stops: the job is another's
 *
 * keeper → asker
 *	ask id=I type=Q                    payload: the name
 * asker → keeper
 *	answer id=I outcome=… security=…   payload: the packet (empty when failed)
 *
 * signer → keeper
 *	last size=N root=H                 at once when connected; N=0: nothing was signed yet
 *	held                               instead, while a restored state is not confirmed
 *	signed size=N                      payload: the signed note
 *	refused size=N                     payload: why
 * keeper → signer
 *	sign size=N root=H                 payload: the consistency proof from the last size, 32 bytes
 *	                                   a hash
 *
 * control client → keeper (same user or root by peer credentials)
 *	status form=text|json
 *	custodian-add                      payload: his public part (keys/custodian.h)
 *	custodian-remove name=C alone=yes|no      alone: also when one is left
 *	custodian-slots name=C from=S      payload: slots of the records from seq S on, 112 bytes each,
 *	                                   zeros where there is none
 *	retire mailbox=N
 * keeper → control client
 *	retired mailbox=N
 *	status attention=yes|no            payload: the text
 *	done filled=N                      a change that is durable; N: slots that were wanted
 *	failed                             payload: why, in words
 */

/* The bytes of messages a fetcher may have under way; one larger message goes alone. */
#define PROTOCOL_CREDIT (64u << 20)

/* The descriptor on which a child finds its parent. */
#define PROTOCOL_PARENT_FD 3

/* The id of a question of the keeper's own: does the root of the DNS answer? */
#define PROTOCOL_PROBE UINT64_MAX

/* Times a checker may die on a message before it is sealed as unexaminable. */
#define PROTOCOL_ATTEMPTS 3

#endif
