namespace Stateside.Language.Shapes;

/// <summary>What a value may be. Nothing is no value at all: a member that is not there, JSONata's undefined.</summary>
[Flags]
internal enum ShapeKinds
{
    /// <summary>No value and not even nothing: what is never reached.</summary>
    None = 0,

    /// <summary>No value: a member that is not there, or what an expression does not give.</summary>
    Nothing = 1,

    /// <summary>The literal null.</summary>
    Null = 2,

    /// <summary>The literal true.</summary>
    True = 4,

    /// <summary>The literal false.</summary>
    False = 8,

    /// <summary>A number.</summary>
    Number = 16,

    /// <summary>A string.</summary>
    Text = 32,

    /// <summary>An array.</summary>
    List = 64,

    /// <summary>An object.</summary>
    Object = 128,

    /// <summary>true or false.</summary>
    Boolean = True | False,

    /// <summary>Any JSON value.</summary>
    Value = Null | Boolean | Number | Text | List | Object,
}
