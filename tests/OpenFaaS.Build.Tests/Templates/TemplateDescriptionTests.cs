using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Templates;
using OpenFaaS.Build.TestSupport;

namespace OpenFaaS.Build.Tests.Templates;

[TestClass]
public sealed class TemplateDescriptionTests(TestContext context)
{
    [TestMethod]
    public void Read_EveryKey_IsRead()
    {
        var template = Read("""
            language: node
            fprocess: node index.js
            handler_folder: src/app
            mount_ssh: true
            welcome_message: |
              Hello
            unknown: {a: [b]}
            build_options:
              - name: dev
                packages: [make, g++]
              - name: none
            """);

        Assert.AreEqual("node|node index.js|src/app|True|Hello\n", $"{template.Language}|{template.Process}|{template.HandlerFolder}|{template.MountSsh}|{template.WelcomeMessage}");
        Assert.AreEqual("dev: make g++; none: ", string.Join("; ", template.BuildOptions.Select(o => $"{o.Name}: {string.Join(' ', o.Packages)}")));
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("# nothing\n")]
    [DataRow("handler_folder:\n")]
    [DataRow("handler_folder: ''\n")]
    [DataRow("language: ~\nfprocess: ~\nbuild_options: ~\n")]
    public void Read_FewKeys_GiveDefaults(string yaml)
    {
        var template = Read(yaml);

        Assert.AreEqual("function", template.HandlerFolder);
        Assert.IsNull(template.Language);
        Assert.IsNull(template.Process);
        Assert.IsEmpty(template.BuildOptions);
        Assert.IsFalse(template.MountSsh);
    }

    [TestMethod]
    public void Read_MissingFileDifference_GivesDefaults() =>
        Assert.AreEqual("function", TemplateDescription.Read(Path.Combine(context.Folder(), "template.yml")).HandlerFolder);

    [TestMethod]
    [DataRow("handler_folder: ../x\n", "1:17")]
    [DataRow("handler_folder: [x]\n", "1:17")]
    [DataRow("a: 1\nbuild_options: {dev: x}\n", "2:16")]
    [DataRow("mount_ssh: maybe\n", "1:12")]
    [DataRow("a: 1\na: 2\n", "2:1")]
    [DataRow("a: &a [*a]\n", "1:8")]
    [DataRow("a: !System.Object {}\n", "1:4")]
    [DataRow("text\n", "1:1")]
    public void Read_Malformed_IsCodedErrorWithPlace(string yaml, string place)
    {
        var error = Assert.ThrowsExactly<DiagnosticException>(() => Read(yaml)).Diagnostics.Single();

        Assert.AreSame(TemplateDiagnostics.MalformedTemplate, error.Descriptor);
        Assert.AreEqual(place, $"{error.Location!.Line}:{error.Location.Column}");
    }

    [TestMethod]
    [TestCategory("fault-38")]
    public void Read_Case38DeepNesting_IsAnError() => Assert.ThrowsExactly<DiagnosticException>(() => Read(new string('[', 10_000)));

    private TemplateDescription Read(string yaml)
    {
        var path = Path.Combine(context.Folder(), "template.yml");
        File.WriteAllText(path, yaml);
        return TemplateDescription.Read(path);
    }
}
