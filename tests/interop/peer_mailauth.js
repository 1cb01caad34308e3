// SPDX-License-Identifier: ISC
// peer_mailauth: npm's mailauth as a worker; peers.py tells how a worker is spoken to.
'use strict';
const fs = require('fs');
const readline = require('readline');
const { dkimVerify } = require('mailauth/lib/dkim/verify');
const { arc } = require('mailauth/lib/arc');

const keys = new Map();
for (const line of fs.readFileSync(process.argv[2], 'latin1').split('\n')) {
	const [name, text] = line.split('\t');
	if (text !== undefined) keys.set(name, [...(keys.get(name) || []), [text]]);
}

async function resolver(name) {
	const found = keys.get(name.toLowerCase());
	if (!found) throw Object.assign(new Error('no such name'), { code: 'ENOTFOUND' });
	return found;
}

// By the beginning of b=, as it leaves out what it cannot read.
async function judge(message) {
	const found = await dkimVerify(message, { resolver });
	const words = found.results.filter(r => r.signature !== undefined || r.selector !== undefined)
		.map(r => `=${String(r.signature || '').replace(/\s/g, '').slice(0, 24)}:${r.status.result}`);
	const chain = await arc(found.arc, { resolver });
	return [...words, `arc:${chain && chain.status ? chain.status.result : 'none'}`].join(' ');
}

function cpu() {
	const { user, system } = process.cpuUsage();
	return (user + system) / 1e6;
}

async function measure(message, seconds) {
	const began = cpu();
	let count = 0;
	do {
		const found = await dkimVerify(message, { resolver });
		if (found.results[0].status.result !== 'pass') throw new Error('does not verify');
		count++;
	} while (cpu() - began < seconds);
	return `${count} ${cpu() - began}`;
}

(async () => {
	console.log = () => {};
	for await (const path of readline.createInterface({ input: process.stdin })) {
		const message = fs.readFileSync(path);
		const said = process.argv[3] ? measure(message, Number(process.argv[3])) : judge(message);
		process.stdout.write(await said.catch(() => 'error') + '\n');
	}
})();
