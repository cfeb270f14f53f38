# Serves function/Handler.pm over HTTP on port 8080 (variable port), a process a request.
use strict;
use warnings;
use File::Basename;
use IO::Select;
use IO::Socket::INET;
use POSIX ':sys_wait_h';
use lib dirname(__FILE__) . '/function';
use Handler;

use constant {
    LARGEST_HEAD => 64 * 1024,
    LARGEST_BODY => 32 * 1024 * 1024,
    MOST_PROCESSES => 64,
    SECONDS_TO_READ => 30,
    SECONDS_TO_LEAVE => 2,
};

my %REASONS = (200 => 'OK', 400 => 'Bad Request', 408 => 'Request Timeout', 411 => 'Length Required', 413 => 'Content Too Large', 500 => 'Internal Server Error');

# Reads a request; dies with the status that refuses it.
sub read_request {
    my ($client) = @_;
    my ($text, $end) = ('', -1);
    while (($end = index $text, "\r\n\r\n") < 0) {
        die 400 if length $text > LARGEST_HEAD || !sysread $client, $text, 4096, length $text;
    }
    my ($first, @lines) = split /\r\n/, substr $text, 0, $end;
    my ($method, $target) = ($first // '') =~ m{^([A-Z]+) (/\S*) HTTP/1\.[01]$} or die 400;
    my %headers;
    for (@lines) {
        my ($name, $value) = /^([!-9;-~]+):[ \t]*(.*?)[ \t]*$/ or die 400;
        $headers{lc $name} = $value;
    }
    die 411 if exists $headers{'transfer-encoding'};
    my $length = $headers{'content-length'} // 0;
    die 400 if $length !~ /^[0-9]+$/;
    die 413 if length $length > 18 || $length > LARGEST_BODY;
    syswrite $client, "HTTP/1.1 100 Continue\r\n\r\n" if lc($headers{expect} // '') eq '100-continue';
    my $body = substr $text, $end + 4;
    while (length $body < $length) {
        die 400 if !sysread $client, $body, 65536, length $body;
    }
    my ($path, $query) = split /\?/, $target, 2;
    return { method => $method, path => $path, query => $query // '', headers => \%headers, body => substr($body, 0, $length) };
}

# Status, headers and body of what the handler returned.
sub call_handler {
    my ($request) = @_;
    return (200, {}, 'OK') if $request->{path} =~ m{^/_/(?:health|ready)$};
    my $result = eval { Handler::handle($request) };
    if ($@) {
        # The log gets the reason; the caller must not.
        print STDERR $@;
        return (500, {}, "The function failed.\n");
    }
    return (200, {}, $result // '') if ref $result ne 'HASH';
    return ($result->{status} // 200, $result->{headers} // {}, $result->{body} // '');
}

sub serve {
    my ($client) = @_;
    local $SIG{ALRM} = sub { die 408 };
    alarm SECONDS_TO_READ;
    my $request = eval { read_request($client) };
    my ($status, $headers, $body) = $request ? () : ($@ =~ /^([0-9]{3})/ ? $1 : 400, {}, '');
    alarm 0;
    ($status, $headers, $body) = call_handler($request) if $request;
    utf8::encode($body) if utf8::is_utf8($body);
    my %sent = ('Content-Type' => 'text/plain; charset=utf-8', %$headers, 'Content-Length' => length $body, Connection => 'close');
    my $answer = sprintf "HTTP/1.1 %d %s\r\n", $status, $REASONS{$status} // 'Status';
    $answer .= "$_: $sent{$_}\r\n" for sort keys %sent;
    $answer .= "\r\n";
    $answer .= $body if !$request || $request->{method} ne 'HEAD';
    local $SIG{PIPE} = 'IGNORE';
    for (my $sent = 0; $sent < length $answer;) {
        $sent += syswrite($client, $answer, length($answer) - $sent, $sent) // last;
    }
}

# Waits until the client has closed: what it still sends would otherwise take the answer away from it,
# and an engine takes the network away as soon as the last process has ended.
sub leave {
    my ($client) = @_;
    local $SIG{ALRM} = sub { die };
    eval {
        alarm SECONDS_TO_LEAVE;
        shutdown $client, 1;
        my $rest;
        1 while sysread $client, $rest, 65536;
    };
    alarm 0;
}

my $running = 1;
my %processes;
$SIG{TERM} = $SIG{INT} = sub { $running = 0 };

# Forgets processes that have ended; with 0 it waits until one has.
sub reap {
    my ($flags) = @_;
    while ((my $ended = waitpid -1, $flags) > 0) {
        delete $processes{$ended};
        last if !$flags;
    }
}

my $listener = IO::Socket::INET->new(LocalPort => $ENV{port} || 8080, Listen => 128, ReuseAddr => 1) or die "The port cannot be listened on: $@\n";
my $waiting = IO::Select->new($listener);
while ($running) {
    reap(keys %processes < MOST_PROCESSES ? WNOHANG : 0);
    # Not accept alone: a signal between the test and the call would be noticed only with the next request.
    next if !$waiting->can_read(0.1);
    my $client = $listener->accept or next;
    my $child = fork;
    if (defined $child && $child == 0) {
        # A request in flight completes.
        $SIG{TERM} = $SIG{INT} = 'IGNORE';
        close $listener;
        serve($client);
        leave($client);
        POSIX::_exit(0);
    }
    $processes{$child} = 1 if $child;
    close $client;
}
close $listener;
reap(0) while %processes;
