#!/usr/bin/perl
# SPDX-License-Identifier: ISC
# peer_maildkim: Mail::DKIM as a worker; peers.py tells how a worker is spoken to.
use strict;
use warnings;
use Mail::DKIM::ARC::Verifier;
use Mail::DKIM::Verifier;
use Net::DNS;

my (%keys, $seconds);

sub read_keys {
	open my $lines, '<', shift or die $!;
	while (<$lines>) {
		chomp;
		my ($name, $text) = split /\t/, $_, 2;
		push @{ $keys{$name} }, Net::DNS::RR->new(
			type => 'TXT', owner => $name, txtdata => [ unpack '(a255)*', $text ]);
	}
}

{
	no warnings 'redefine';
	*Mail::DKIM::DNS::query = sub {
		my $found = $keys{ lc shift };
		$@ = $found ? 'NOERROR' : 'NXDOMAIN';
		return $found ? @$found : ();
	};
}

sub verify {
	my ($class, $message) = @_;
	my $verifier = $class->new;
	$verifier->PRINT($message);
	$verifier->CLOSE;
	return $verifier;
}

# By the beginning of b=, as it leaves out what it cannot read.
sub judge {
	my $message = shift;
	my @words = eval {
		map { my $b = $_->data // ''; $b =~ s/\s//g; '=' . substr($b, 0, 24) . ':' . ($_->result || 'none') }
			grep { $_->isa('Mail::DKIM::Signature') } verify('Mail::DKIM::Verifier', $message)->signatures;
	};
	my $failed = $@;
	my $chain = eval { verify('Mail::DKIM::ARC::Verifier', $message)->result } || 'error';
	return $failed ? 'error' : "@words arc:$chain";
}

sub cpu { my ($user, $system) = times; return $user + $system }

sub measure {
	my $message = shift;
	my ($count, $began) = (0, cpu());
	do {
		verify('Mail::DKIM::Verifier', $message)->result eq 'pass' or die 'does not verify';
		$count++;
	} while (cpu() - $began < $seconds);
	return $count . ' ' . (cpu() - $began);
}

read_keys($ARGV[0]);
$seconds = $ARGV[1];
$| = 1;
while (my $path = <STDIN>) {
	chomp $path;
	open my $file, '<:raw', $path or die $!;
	my $message = do { local $/; <$file> };
	print $seconds ? measure($message) : judge($message), "\n";
}
