namespace OpenFaaS.Build.Yaml;

/// <summary>Refuses characters that YAML does not allow; a NUL would end the document unnoticed.</summary>
internal static class YamlCharacters
{
    private const char NextLine = '\u0085';

    /// <exception cref="YamlFormatException">There is such a character.</exception>
    public static void Check(YamlText text)
    {
        var content = text.Content;
        for (var i = 0; i < content.Length; i++)
        {
            var character = content[i];
            if (char.IsHighSurrogate(character) && i + 1 < content.Length && char.IsLowSurrogate(content[i + 1]))
            {
                i++;
            }
            else if ((char.IsControl(character) && character is not ('\t' or '\n' or '\r' or NextLine))
                || char.IsSurrogate(character) || character is '\uFFFE' or '\uFFFF')
            {
                throw new YamlFormatException($"the character U+{(int)character:X4} is not allowed", text.Locate(i));
            }
        }
    }
}
