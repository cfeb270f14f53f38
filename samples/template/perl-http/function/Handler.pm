package Handler;
use strict;
use warnings;

sub handle {
    my ($request) = @_;
    return "Hello from Perl\n";
}

1;
