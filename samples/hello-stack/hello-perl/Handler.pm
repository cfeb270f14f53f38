package Handler;
use strict;
use warnings;
use File::Basename;

open my $file, '<', dirname(__FILE__) . '/shared/greeting.txt' or die "shared/greeting.txt: $!\n";
chomp(my $greeting = <$file>);
close $file;

# Turns the request's body round.
sub handle {
    my ($request) = @_;
    return "$greeting, in Perl: " . reverse($request->{body}) . "\n";
}

1;
