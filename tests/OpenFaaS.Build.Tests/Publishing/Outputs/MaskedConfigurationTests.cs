using System.Text;
using OpenFaaS.Build.Diagnostics;
using OpenFaaS.Build.Publishing.Outputs;

namespace OpenFaaS.Build.Tests.Publishing.Outputs;

/// <summary>What outputs tell of an image's configuration.</summary>
[TestClass]
public sealed class MaskedConfigurationTests
{
    [TestMethod]
    [DataRow("value", """{"history":[{"created_by":"RUN |1 A=value /bin/sh -c x"}],"n":1.50}""", """{"history":[{"created_by":"RUN |1 A=*** /bin/sh -c x"}],"n":1.50}""")]
    [DataRow("a<\"b\"&é", "{\"history\":[{\"created_by\":\"RUN |1 A=a\\u003c\\\"b\\\"\\u0026é\"}]}", """{"history":[{"created_by":"RUN |1 A=***"}]}""")]
    [DataRow("value", """{"value of":[null,true]}""", """{"*** of":[null,true]}""")]
    [DataRow("value", """{ "a" : "\u003c" }""", """{ "a" : "\u003c" }""")]
    [DataRow("value", "{ no value", "{ no ***")]
    [DataRow("value", "", "")]
    public void Of_HiddenValue_IsNotInItAndTheRestIs(string value, string config, string expected) =>
        Assert.AreEqual(expected, MaskedConfiguration.Of(Encoding.UTF8.GetBytes(config), new HiddenValues([value])));
}
