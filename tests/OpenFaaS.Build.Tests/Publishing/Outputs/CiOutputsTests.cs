using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Publishing.Outputs;
using OpenFaaS.Build.Tests.Model;
using OpenFaaS.Build.TestSupport;

namespace OpenFaaS.Build.Tests.Publishing.Outputs;

[TestClass]
public sealed class CiOutputsTests(TestContext context)
{
    private static readonly ImageMetadata Image = new() { FunctionName = "my-function", Identity = "registry.example.com/my-function@sha256:1", DisplayName = "", Digest = "sha256:1" };

    [TestMethod]
    [DataRow("github", "GITHUB_OUTPUT", "output")]
    [DataRow("gitlab", "CI_PROJECT_DIR", "openfaas.env")]
    public void Write_SystemByName_AppendsToItsFile(string system, string variable, string file)
    {
        var path = Path.Combine(context.Folder(), file);
        var outputs = Create(system, variable, system == "github" ? path : context.Folder());

        outputs.Write(Image, isOneOfSeveral: false, new RecordingLog());
        outputs.Write(Image, isOneOfSeveral: true, new RecordingLog());

        Assert.AreEqual(
            "digest=sha256:1\nimage=registry.example.com/my-function@sha256:1\ndigest_my_function=sha256:1\nimage_my_function=registry.example.com/my-function@sha256:1\n",
            File.ReadAllText(path));
    }

    [TestMethod]
    [DataRow("github", "GITHUB_OUTPUT")]
    [DataRow("gitlab", "CI_PROJECT_DIR")]
    public void Create_SystemByNameWithoutItsVariable_IsAnErrorThatNamesIt(string system, string variable)
    {
        var failure = Assert.ThrowsExactly<DiagnosticException>(() => Create(system, "OTHER", "x")).Diagnostics.Single();

        Assert.AreEqual("OFB1002", failure.Descriptor.Code);
        Assert.Contains(variable, failure.Message);
    }

    [TestMethod]
    [DataRow("GITHUB_ACTIONS", "auto", "embedded")]
    [DataRow("OTHER", "github", "none")]
    public void Create_NothingToWriteOrNotAskedFor_IsFine(string variable, string system, string builder) =>
        Create(system, variable, "true", ("ContainerBuilder", builder)).Write(Image, isOneOfSeveral: false, new RecordingLog());

    private static CiOutputs Create(string system, string variable, string value, params (string, string)[] properties) =>
        new(RequestBuilder.Create("any", [("ContainerCiOutputs", system), .. properties]), name => name == variable ? value : null);
}
