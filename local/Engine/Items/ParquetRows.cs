using Parquet;
using Parquet.Data;
using Parquet.Schema;
using Stateside.Language.Json;

namespace Stateside.Engine.Items;

/// <summary>
/// Puts the rows of a group together from its columns: each column tells beside its values how deep a value is defined and at which depth
/// it repeats. See https://parquet.apache.org/docs/file-format/nestedencoding/.
/// </summary>
internal sealed class ParquetRows : IDisposable
{
    private readonly Branch _root;
    private readonly List<Column> _columns;

    private ParquetRows(Branch root, List<Column> columns) => (_root, _columns) = (root, columns);

    /// <summary>Reads the columns of a group of rows.</summary>
    /// <param name="schema">What columns there are.</param>
    /// <param name="group">The group.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<ParquetRows> ReadAsync(ParquetSchema schema, ParquetRowGroupReader group, CancellationToken cancellationToken)
    {
        var columns = new List<Column>();
        try
        {
            var fields = new List<Node>();
            foreach (var field in schema.Fields)
                fields.Add(await NodeAsync(field, group, columns, cancellationToken).ConfigureAwait(false));
            return new ParquetRows(new Branch(0, [.. schema.Fields.Select(field => field.Name)], [.. fields]), columns);
        }
        catch
        {
            columns.ForEach(column => column.Dispose());
            throw;
        }
    }

    /// <summary>The next row.</summary>
    public JsonValue Next() => _root.Next();

    public void Dispose() => _columns.ForEach(column => column.Dispose());

    private static async Task<Node> NodeAsync(
        Field field, ParquetRowGroupReader group, List<Column> columns, CancellationToken cancellationToken)
    {
        Task<Node> Inner(Field inner) => NodeAsync(inner, group, columns, cancellationToken);
        switch (field)
        {
            case ListField list:
                return new List(list, await Inner(list.Item).ConfigureAwait(false));
            case MapField map:
                return new Map(map, await Inner(map.Key).ConfigureAwait(false), await Inner(map.Value).ConfigureAwait(false));
            case StructField members:
                var fields = new List<Node>();
                foreach (var member in members.Fields)
                    fields.Add(await Inner(member).ConfigureAwait(false));
                return new Branch(members.MaxDefinitionLevel, [.. members.Fields.Select(member => member.Name)], [.. fields]);
            case DataField data:
                var column = new Column(data, await group.ReadRawColumnDataBaseAsync(data, cancellationToken).ConfigureAwait(false));
                columns.Add(column);
                return column;
            default:
                throw new NotSupportedException($"The field {field.Name} is of no known kind.");
        }
    }

    /// <summary>A field of a row. What it holds comes out of one column or several, all of which stand at the same place.</summary>
    private abstract class Node
    {
        /// <summary>One of its columns, which tells for all how deep what comes next is defined and at which depth it repeats.</summary>
        public abstract Column First { get; }

        /// <summary>What comes next.</summary>
        public abstract JsonValue Next();

        /// <summary>Passes by what is not there.</summary>
        public abstract void Pass();
    }

    private sealed class Column(DataField field, RawColumnData data) : Node, IDisposable
    {
        private readonly Func<int, JsonValue> _value = ParquetValues.Of(field, data);
        private readonly bool _hasDefinitions = field.MaxDefinitionLevel > 0;
        private readonly bool _hasRepetitions = field.MaxRepetitionLevel > 0;
        private int _place;
        private int _nextValue;

        public override Column First => this;

        public int Definition => _hasDefinitions ? data.DefinitionLevels[_place] : 0;

        /// <summary>At which depth what comes next repeats; a new row where it is 0, as behind the last.</summary>
        public int Repetition => _hasRepetitions && _place < data.RepetitionLevels.Length ? data.RepetitionLevels[_place] : 0;

        public override JsonValue Next()
        {
            if (!field.IsArray)
                return Single();

            // An old way to write a list: the field itself repeats.
            if (Definition != field.MaxDefinitionLevel)
            {
                _place++;
                return JsonArray.Empty;
            }

            var items = new List<JsonValue>();
            do
                items.Add(Single());
            while (Repetition == field.MaxRepetitionLevel);
            return JsonArray.Of([.. items]);
        }

        public override void Pass() => _place++;

        public void Dispose() => data.Dispose();

        private JsonValue Single()
        {
            var isThere = Definition == field.MaxDefinitionLevel;
            _place++;
            return isThere ? _value(_nextValue++) : JsonValue.Null;
        }
    }

    private sealed class Branch(int depth, string[] names, Node[] fields) : Node
    {
        private readonly JsonObject.Shape _shape = new(names);

        public override Column First => fields[0].First;

        public override JsonValue Next()
        {
            if (depth > 0 && First.Definition < depth)
            {
                Pass();
                return JsonValue.Null;
            }

            var values = new JsonValue[fields.Length];
            for (var i = 0; i < fields.Length; i++)
                values[i] = fields[i].Next();
            return _shape.Of(values);
        }

        public override void Pass()
        {
            foreach (var field in fields)
                field.Pass();
        }
    }

    private sealed class List(ListField field, Node item) : Node
    {
        public override Column First => item.First;

        public override JsonValue Next()
        {
            if (First.Definition is var depth && depth < field.MaxDefinitionLevel)
            {
                Pass();
                return depth == field.MaxDefinitionLevel - 1 ? JsonArray.Empty : JsonValue.Null;
            }

            var items = new List<JsonValue>();
            do
                items.Add(item.Next());
            while (First.Repetition == field.MaxRepetitionLevel);
            return JsonArray.Of([.. items]);
        }

        public override void Pass() => item.Pass();
    }

    private sealed class Map(MapField field, Node key, Node value) : Node
    {
        public override Column First => key.First;

        public override JsonValue Next()
        {
            if (First.Definition is var depth && depth < field.MaxDefinitionLevel)
            {
                Pass();
                return depth == field.MaxDefinitionLevel - 1 ? JsonObject.Empty : JsonValue.Null;
            }

            var members = new JsonObject.Builder();
            do
            {
                var name = key.Next();
                members.Set((name as JsonString)?.Value ?? name.Text, value.Next());
            }
            while (First.Repetition == field.MaxRepetitionLevel);
            return members.ToObject();
        }

        public override void Pass()
        {
            key.Pass();
            value.Pass();
        }
    }
}
