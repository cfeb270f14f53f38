using System.Text;

namespace OpenFaaS.Build.Dockerfiles;

/// <summary>One line of comma-separated values with the quotes of Go's <c>encoding/csv</c>, which BuildKit's command line and the mounts of RUN read.</summary>
internal static class CsvRecord
{
    /// <summary>The fields.</summary>
    /// <exception cref="FormatException">Quotes are out of place; the message is the end of a sentence.</exception>
    public static IReadOnlyList<string> Split(string line)
    {
        var fields = new List<string>();
        var position = 0;
        while (true)
        {
            fields.Add(position < line.Length && line[position] == '"' ? Quoted(line, ref position) : Plain(line, ref position));
            if (position == line.Length)
            {
                return fields;
            }

            position++;
        }
    }

    private static string Plain(string line, ref int position)
    {
        var start = position;
        position = line.IndexOf(',', start) is var comma and >= 0 ? comma : line.Length;
        var field = line[start..position];
        return field.Contains('"', StringComparison.Ordinal) ? throw new FormatException("a quote is in the middle of a field") : field;
    }

    private static string Quoted(string line, ref int position)
    {
        var field = new StringBuilder();
        for (position++; ; position++)
        {
            if (position == line.Length)
            {
                throw new FormatException("a quote is not closed");
            }

            if (line[position] != '"')
            {
                field.Append(line[position]);
                continue;
            }

            position++;
            if (position == line.Length || line[position] == ',')
            {
                return field.ToString();
            }

            if (line[position] != '"')
            {
                throw new FormatException("text follows a closing quote");
            }

            field.Append('"');
        }
    }
}
